package dev.caravan.testkit;

import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client for tests: publishes and waits for the acknowledgement, and keeps what it was sent. */
public final class MqttProbe implements AutoCloseable {

    /** One message as it arrived. */
    public record Received(String topic, String payload, int qos, boolean retained) {}

    private final Mqtt5BlockingClient client;
    private final List<Received> received = new CopyOnWriteArrayList<>();

    private MqttProbe(Mqtt5BlockingClient client) {
        this.client = client;
    }

    public static MqttProbe connect(int port) {
        Mqtt5BlockingClient client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(port)
                .buildBlocking();
        client.connect();
        return new MqttProbe(client);
    }

    public MqttProbe subscribe(String filter) {
        client.toAsync()
                .subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.AT_LEAST_ONCE)
                .callback(this::keep)
                .send()
                .join();
        return this;
    }

    public void publish(String topic, String payload) {
        publish(topic, payload.getBytes(StandardCharsets.UTF_8), false);
    }

    public void publish(String topic, byte[] payload, boolean retain) {
        client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(retain)
                .payload(payload)
                .send();
    }

    public List<Received> received() {
        return received;
    }

    /** Waits until a message with this topic and payload has arrived. */
    public void awaitMessage(String topic, String payload) {
        await().atMost(Duration.ofSeconds(60)).until(() -> received.stream()
                .anyMatch(m -> m.topic().equals(topic) && m.payload().equals(payload)));
    }

    @Override
    public void close() {
        // Its broker may be gone, or go while the DISCONNECT is written.
        client.toAsync().disconnect().handle((done, error) -> done).join();
    }

    private void keep(Mqtt5Publish publish) {
        received.add(new Received(
                publish.getTopic().toString(),
                new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8),
                publish.getQos().getCode(),
                publish.isRetain()));
    }
}
