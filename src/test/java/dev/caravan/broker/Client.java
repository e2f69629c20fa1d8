package dev.caravan.broker;

import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import dev.caravan.testkit.Patience;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/** A client of MQTT 3.1.1 or 5, so that one test asks the same of both. */
final class Client implements AutoCloseable {

    /** One message as it arrived. */
    record Received(String topic, int qos, boolean retained, String payload) {}

    private static final String END = "the end";

    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final Mqtt3BlockingClient mqtt3;
    private final Mqtt5BlockingClient mqtt5;
    private final boolean isMqtt3;

    private Client(int version, int port, String clientId) {
        isMqtt3 = version == 3;
        var builder = MqttClient.builder()
                .identifier(clientId)
                .serverHost("127.0.0.1")
                .serverPort(port);
        mqtt3 = builder.useMqttVersion3().buildBlocking();
        mqtt5 = builder.useMqttVersion5().buildBlocking();
    }

    static Client connect(int version, int port, String clientId) {
        return connect(version, port, clientId, false);
    }

    /** @param durable whether its session outlives the connection, and is there already where it was there before */
    static Client connect(int version, int port, String clientId, boolean durable) {
        Client client = new Client(version, port, clientId);
        client.mqtt3
                .toAsync()
                .publishes(
                        MqttGlobalPublishFilter.ALL,
                        m -> client.keep(m.getTopic() + "", m.getQos(), m.isRetain(), m.getPayloadAsBytes()));
        client.mqtt5
                .toAsync()
                .publishes(
                        MqttGlobalPublishFilter.ALL,
                        m -> client.keep(m.getTopic() + "", m.getQos(), m.isRetain(), m.getPayloadAsBytes()));
        if (client.isMqtt3) {
            client.mqtt3.connectWith().cleanSession(!durable).send();
        } else {
            client.mqtt5
                    .connectWith()
                    .cleanStart(!durable)
                    .sessionExpiryInterval(durable ? 600 : 0)
                    .send();
        }
        return client;
    }

    Client subscribe(String filter) {
        if (isMqtt3) {
            mqtt3.subscribeWith().topicFilter(filter).qos(MqttQos.EXACTLY_ONCE).send();
        } else {
            mqtt5.subscribeWith().topicFilter(filter).qos(MqttQos.EXACTLY_ONCE).send();
        }
        return this;
    }

    Client unsubscribe(String filter) {
        if (isMqtt3) {
            mqtt3.unsubscribeWith().topicFilter(filter).send();
        } else {
            mqtt5.unsubscribeWith().topicFilter(filter).send();
        }
        return this;
    }

    Client publish(String topic, int qos, String payload) {
        return publish(topic, qos, payload, false);
    }

    /** Returns when the broker has taken it: at QoS 0, a message that is acknowledged is sent behind it. */
    Client publish(String topic, int qos, String payload, boolean retain) {
        send(topic, MqttQos.fromCode(qos), payload, retain);
        if (qos == 0) {
            send("behind", MqttQos.AT_LEAST_ONCE, "", false);
        }
        return this;
    }

    void send(String topic, MqttQos qos, String payload, boolean retain) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        if (isMqtt3) {
            mqtt3.publishWith()
                    .topic(topic)
                    .qos(qos)
                    .retain(retain)
                    .payload(bytes)
                    .send();
        } else {
            mqtt5.publishWith()
                    .topic(topic)
                    .qos(qos)
                    .retain(retain)
                    .payload(bytes)
                    .send();
        }
    }

    List<Received> received() {
        return received;
    }

    /** The last of what is published, for {@link #receivedBeforeEnd}. */
    void publishEnd(String topic) {
        send(topic, MqttQos.AT_MOST_ONCE, END, false);
        send(topic, MqttQos.AT_LEAST_ONCE, END, false);
    }

    /** Waits for the end, once without and once with acknowledgement: the library hands these on in two lines. */
    List<Received> receivedBeforeEnd(String topic) {
        Predicate<Received> isEnd = message -> message.payload().equals(END);
        await().atMost(Patience.LIMIT)
                .until(() -> received.stream()
                                .filter(isEnd)
                                .filter(message -> message.topic().equals(topic))
                                .count()
                        >= 2);
        return received.stream().filter(isEnd.negate()).toList();
    }

    @Override
    public void close() {
        if (isMqtt3) {
            mqtt3.disconnect();
        } else {
            mqtt5.disconnect();
        }
    }

    private void keep(String topic, MqttQos qos, boolean retained, byte[] payload) {
        received.add(new Received(topic, qos.getCode(), retained, new String(payload, StandardCharsets.UTF_8)));
    }
}
