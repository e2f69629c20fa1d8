package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MessageOriginIT extends WithBroker {

    private static final String SENSOR = "sensor-7";

    @Test
    void tellsItsOwnSubscriberWhoPublishedAndAnIdThatNoOtherMessageHas() throws Exception {
        Mqtt5BlockingClient own = client("own");
        try (Mqtt5Publishes publishes = own.publishes(MqttGlobalPublishFilter.ALL)) {
            connect(own, broker.originSecret());
            subscribe(own);
            publish("same");
            publish("same");

            Mqtt5Publish first = next(publishes);
            Mqtt5Publish second = next(publishes);
            assertThat(property(first, EmbeddedBroker.ORIGIN_PROPERTY))
                    .singleElement(STRING)
                    .matches("\\w+-\\w+ " + SENSOR);
            assertThat(property(first, EmbeddedBroker.ORIGIN_PROPERTY))
                    .isNotEqualTo(property(second, EmbeddedBroker.ORIGIN_PROPERTY));
            assertThat(property(first, "unit")).containsExactly("C");
        }
    }

    @Test
    void tellsTheSameIdAgainAfterARestart() throws Exception {
        Mqtt5BlockingClient own = client("own");
        List<String> before;
        try (Mqtt5Publishes publishes = own.publishes(MqttGlobalPublishFilter.ALL, true)) {
            connect(own, broker.originSecret());
            subscribe(own);
            publish("unacknowledged");
            before = property(next(publishes), EmbeddedBroker.ORIGIN_PROPERTY);
        }
        broker.stop();
        start();

        own = client("own");
        try (Mqtt5Publishes publishes = own.publishes(MqttGlobalPublishFilter.ALL, true)) {
            connect(own, broker.originSecret());
            Mqtt5Publish again = next(publishes);
            assertThat(property(again, EmbeddedBroker.ORIGIN_PROPERTY))
                    .hasSize(1)
                    .isEqualTo(before);
        }
    }

    @Test
    void tellsNobodyElse() throws Exception {
        Mqtt5BlockingClient curious = client("curious");
        try (Mqtt5Publishes publishes = curious.publishes(MqttGlobalPublishFilter.ALL)) {
            connect(curious, "guessed");
            subscribe(curious);
            publish("secret");

            Mqtt5Publish message = next(publishes);
            assertThat(property(message, EmbeddedBroker.ORIGIN_PROPERTY)).isEmpty();
        }
    }

    private Mqtt5BlockingClient client(String id) {
        return MqttClient.builder()
                .identifier(id)
                .serverHost("127.0.0.1")
                .serverPort(port())
                .useMqttVersion5()
                .buildBlocking();
    }

    private static void connect(Mqtt5BlockingClient client, String secret) {
        client.connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(600)
                .userProperties()
                .add(EmbeddedBroker.ORIGIN_PROPERTY, secret)
                .applyUserProperties()
                .send();
    }

    private static void subscribe(Mqtt5BlockingClient client) {
        client.subscribeWith().topicFilter("o/#").qos(MqttQos.AT_LEAST_ONCE).send();
    }

    private void publish(String payload) {
        Mqtt5BlockingClient sensor = client(SENSOR);
        sensor.connect();
        sensor.publishWith()
                .topic("o/x")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload.getBytes(StandardCharsets.UTF_8))
                .userProperties()
                .add("unit", "C")
                .applyUserProperties()
                .send();
        sensor.disconnect();
    }

    private static Mqtt5Publish next(Mqtt5Publishes publishes) throws InterruptedException {
        return publishes.receive(60, TimeUnit.SECONDS).orElseThrow();
    }

    private static List<String> property(Mqtt5Publish message, String name) {
        return message.getUserProperties().asList().stream()
                .filter(p -> p.getName().toString().equals(name))
                .map(p -> p.getValue().toString())
                .toList();
    }
}
