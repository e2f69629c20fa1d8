package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.activemq.artemis.core.server.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NoLocalIT extends WithBroker {

    @ParameterizedTest
    @CsvSource({"n/x, n.x, true", "n/#, n.#, true", "#, #, false", "+/x, *.x, false"})
    void takesInWhatOthersPublishOnly(String filter, String address, boolean cleanStart) throws Exception {
        Mqtt5BlockingClient own = connect("own", cleanStart);
        Mqtt5BlockingClient other = connect("other", true);
        try (Mqtt5Publishes publishes = own.publishes(MqttGlobalPublishFilter.ALL)) {
            subscribe(own, filter, true);
            for (int i = 0; i < 50; i++) {
                publish(own, "own " + i, i % 7 == 0);
                publish(other, "other " + i, i % 7 == 0);
            }

            assertThat(received(publishes, 50))
                    .isEqualTo(
                            IntStream.range(0, 50).mapToObj(i -> "other " + i).toList());
        }
        assertThat(queue("own." + address).getMessagesAdded()).isEqualTo(50);
        awaitEmpty("own." + address);
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void keepsAClientsOwnRetainedMessagesFromItAndFromItsQueue(boolean subscribedBefore) throws Exception {
        Mqtt5BlockingClient own = connect("own", true);
        publish(own, "own", true);
        connect("other", true)
                .publishWith()
                .topic("n/y")
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .payload("other".getBytes(StandardCharsets.UTF_8))
                .send();
        if (subscribedBefore) {
            own.subscribeWith()
                    .topicFilter("n/#")
                    .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND)
                    .send();
        }
        try (Mqtt5Publishes publishes = own.publishes(MqttGlobalPublishFilter.ALL)) {
            subscribe(own, "n/#", true);

            assertThat(received(publishes, 1)).containsExactly("other");
        }
        awaitEmpty("own.n.#");
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void obeysTheLatestSubscribe(boolean cleanStart) throws Exception {
        Mqtt5BlockingClient own = connect("own", cleanStart);
        Mqtt5BlockingClient other = connect("other", true);
        try (Mqtt5Publishes publishes = own.publishes(MqttGlobalPublishFilter.ALL)) {
            for (int i = 0; i < 3; i++) {
                subscribe(own, "n/#", false);
                publish(own, "own", false);
                publish(other, "other", false);
                assertThat(received(publishes, 2)).containsExactly("own", "other");

                subscribe(own, "n/#", true);
                publish(own, "own", false);
                publish(other, "other", false);
                assertThat(received(publishes, 1)).containsExactly("other");
            }
        }
        awaitEmpty("own.n.#");
    }

    @ParameterizedTest
    @CsvSource({"n/#, n.#, false", "n/x, n.x, false", "n/#, n.#, true", "n/x, n.x, true"})
    void remembersTheOptionOfASessionThatIsResumed(String filter, String address, boolean changed) throws Exception {
        Mqtt5BlockingClient own = connect("own", false);
        if (changed) {
            subscribe(own, filter, false);
        }
        subscribe(own, filter, true);

        broker.stop();
        start();

        own = connect("own", false);
        publish(own, "own", false);
        own.disconnect();
        publish(connect("other", true), "other", false);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(queue("own." + address).getMessageCount()).isEqualTo(1));
        own = client("own");
        try (Mqtt5Publishes publishes = own.publishes(MqttGlobalPublishFilter.ALL)) {
            resume(own, false);
            publish(own, "own", false);
            assertThat(received(publishes, 1)).containsExactly("other");
        }
        awaitEmpty("own." + address);
    }

    @Test
    void forgetsTheOptionThatALaterSubscribeTookBackAcrossARestart() throws Exception {
        Mqtt5BlockingClient own = connect("own", false);
        subscribe(own, "n/#", true);
        subscribe(own, "n/#", false);

        broker.stop();
        start();

        own = client("own");
        try (Mqtt5Publishes publishes = own.publishes(MqttGlobalPublishFilter.ALL)) {
            resume(own, false);
            publish(own, "own", false);
            assertThat(received(publishes, 1)).containsExactly("own");
        }
        awaitEmpty("own.n.#");
    }

    @Test
    void leavesQueuesThatLiveForAConnectionOutOfTheStore() throws Exception {
        Mqtt5BlockingClient own = connect("own", true);
        subscribe(own, "n/#", false);
        subscribe(own, "n/#", true);

        broker.stop();
        start();

        assertThat(broker.server().locateQueue("own.n.#")).isNull();
    }

    @Test
    void bearsAQuoteInTheClientIdentifier() throws Exception {
        Mqtt5BlockingClient own = connect("o'wn", true);
        try (Mqtt5Publishes publishes = own.publishes(MqttGlobalPublishFilter.ALL)) {
            subscribe(own, "n/#", true);
            publish(own, "own", false);
            publish(connect("ot'her", true), "other", false);
            assertThat(received(publishes, 1)).containsExactly("other");
        }
    }

    private Queue queue(String name) {
        Queue queue = broker.server().locateQueue(name);
        assertThat(queue).as(name).isNotNull();
        return queue;
    }

    private void awaitEmpty(String queue) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(queue(queue).getMessageCount()).isZero());
    }

    /** So many messages as are expected, and whatever comes a moment later. */
    private static List<String> received(Mqtt5Publishes publishes, int expected) throws Exception {
        List<String> received = new ArrayList<>();
        Optional<Mqtt5Publish> next = publishes.receive(60, TimeUnit.SECONDS);
        while (next.isPresent()) {
            received.add(new String(next.get().getPayloadAsBytes(), StandardCharsets.UTF_8));
            next = publishes.receive(received.size() < expected ? 60_000 : 300, TimeUnit.MILLISECONDS);
        }
        return received;
    }

    private static void subscribe(Mqtt5BlockingClient client, String filter, boolean noLocal) {
        client.subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.AT_LEAST_ONCE)
                .noLocal(noLocal)
                .send();
    }

    private Mqtt5BlockingClient client(String clientId) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier(clientId)
                .serverHost("127.0.0.1")
                .serverPort(broker.port("mqtt").orElseThrow())
                .buildBlocking();
    }

    private Mqtt5BlockingClient connect(String clientId, boolean cleanStart) {
        Mqtt5BlockingClient client = client(clientId);
        resume(client, cleanStart);
        return client;
    }

    private static void resume(Mqtt5BlockingClient client, boolean cleanStart) {
        client.connectWith()
                .cleanStart(cleanStart)
                .sessionExpiryInterval(cleanStart ? 0 : 600)
                .send();
    }

    private static void publish(Mqtt5BlockingClient client, String payload, boolean retain) {
        client.publishWith()
                .topic("n/x")
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(retain)
                .payload(payload.getBytes(StandardCharsets.UTF_8))
                .send();
    }
}
