package dev.caravan;

import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A client that shows everything of the messages it gets: subscribed with QoS 2 and Retain As Published. */
final class BridgesClient implements AutoCloseable {

    private final Mqtt5BlockingClient client;
    private final List<Mqtt5Publish> received = new CopyOnWriteArrayList<>();

    private BridgesClient(Mqtt5BlockingClient client) {
        this.client = client;
    }

    static BridgesClient connect(int port) {
        return connect(port, "", "");
    }

    static BridgesClient connect(int port, String user, String password) {
        Mqtt5BlockingClient client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildBlocking();
        if (user.isEmpty()) {
            client.connect();
        } else {
            client.connectWith()
                    .simpleAuth()
                    .username(user)
                    .password(password.getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth()
                    .send();
        }
        return new BridgesClient(client);
    }

    BridgesClient subscribe(String filter) {
        client.toAsync()
                .subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.EXACTLY_ONCE)
                .retainAsPublished(true)
                .callback(received::add)
                .send()
                .join();
        return this;
    }

    /** What is retained on a topic comes by itself, once, and nothing else. */
    BridgesClient subscribeLiveOnly(String filter) {
        client.toAsync()
                .subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.EXACTLY_ONCE)
                .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND)
                .retainAsPublished(true)
                .callback(received::add)
                .send()
                .join();
        return this;
    }

    BridgesClient publish(String topic, String payload) {
        return publish(topic, payload, 1, m -> m);
    }

    BridgesClient publish(String topic, String payload, int qos) {
        return publish(topic, payload, qos, m -> m);
    }

    BridgesClient publish(String topic, String payload, int qos, UnaryOperator<Mqtt5PublishBuilder.Complete> more) {
        client.publish(more.apply(Mqtt5Publish.builder()
                        .topic(topic)
                        .qos(Objects.requireNonNull(MqttQos.fromCode(qos)))
                        .payload(payload.getBytes(StandardCharsets.UTF_8)))
                .build());
        return this;
    }

    BridgesClient retain(String topic, String payload) {
        return publish(topic, payload, 1, m -> m.retain(true));
    }

    List<Mqtt5Publish> received() {
        return received;
    }

    List<Mqtt5Publish> received(String topic) {
        return received.stream()
                .filter(m -> m.getTopic().toString().equals(topic))
                .toList();
    }

    static String text(Mqtt5Publish message) {
        return new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }

    List<String> payloads() {
        return received.stream().map(BridgesClient::text).toList();
    }

    List<String> payloads(String topic) {
        return received(topic).stream().map(BridgesClient::text).toList();
    }

    List<String> topics() {
        return received.stream().map(m -> m.getTopic().toString()).toList();
    }

    Mqtt5Publish await1(String topic) {
        return await().atMost(Duration.ofSeconds(60))
                .until(() -> received(topic), found -> !found.isEmpty())
                .get(0);
    }

    /**
     * Waits until a new subscriber is given a retained message with this payload. Asked anew each time: a message reaches
     * those who are subscribed a moment before it stands as the retained one, and who comes between is given the old one.
     */
    static void awaitRetained(int port, String topic, String payload) {
        await().alias("retained " + topic + " " + payload)
                .atMost(Duration.ofMinutes(2))
                .until(() -> {
                    try (BridgesClient later = connect(port).subscribe(topic)) {
                        Mqtt5Publish first = await().atMost(Duration.ofSeconds(5))
                                .until(() -> later.received(topic), found -> !found.isEmpty())
                                .get(0);
                        return first.isRetain() && text(first).equals(payload);
                    }
                });
    }

    /** Waits until the last message on a topic has this payload. */
    BridgesClient awaitLast(String topic, String payload) {
        await().alias(topic + " " + payload).atMost(Duration.ofSeconds(60)).until(() -> {
            List<String> all = payloads(topic);
            return !all.isEmpty() && all.get(all.size() - 1).equals(payload);
        });
        return this;
    }

    @Override
    public void close() {
        // Its broker may be gone, or go while the DISCONNECT is written.
        client.toAsync().disconnect().handle((done, error) -> done).join();
    }
}
