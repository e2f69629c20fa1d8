package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RetainAsPublishedIT extends WithBroker {

    @ParameterizedTest
    @CsvSource({
        "r/a.b, true",
        "r/+, true",
        "r/#, true",
        "#, true",
        "$share/g/r/#, true",
        "$share/g/r/a.b, true",
        "r/a.b, false",
        "r/#, false",
        "$share/g/r/#, false"
    })
    void obeysTheSubscription(String filter, boolean retainAsPublished) throws Exception {
        Mqtt5BlockingClient subscriber = connect("sub");
        try (Mqtt5Publishes publishes = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
            subscribe(subscriber, filter, retainAsPublished);

            Mqtt5BlockingClient publisher = connect("pub");
            publish(publisher, "r/a.b", "kept", true);
            publish(publisher, "r/a.b", "live", false);
            publish(publisher, "r/a.b", "", true);

            assertThat(next(publishes, 3))
                    .containsExactly("kept " + retainAsPublished, "live false", " " + retainAsPublished);
        }
    }

    @ParameterizedTest
    @EnumSource
    void changesNothingElse(MqttQos qos) throws Exception {
        Mqtt5BlockingClient subscriber = connect("sub");
        try (Mqtt5Publishes publishes = subscriber.publishes(MqttGlobalPublishFilter.ALL, true)) {
            subscriber
                    .subscribeWith()
                    .topicFilter("r/#")
                    .qos(qos)
                    .retainAsPublished(true)
                    .send();
            Mqtt5Publish sent = Mqtt5Publish.builder()
                    .topic("r/x")
                    .qos(qos)
                    .retain(true)
                    .payload("x".repeat(300_000).getBytes(StandardCharsets.UTF_8))
                    .contentType("text/plain")
                    .responseTopic("answer")
                    .correlationData(new byte[] {1, 2})
                    .userProperties()
                    .add("a", "1")
                    .add("a", "2")
                    .applyUserProperties()
                    .build();
            connect("pub").publish(sent);

            Mqtt5Publish received = publishes.receive(60, TimeUnit.SECONDS).orElseThrow();
            received.acknowledge();
            assertThat(received).isEqualTo(sent);
            assertThat(publishes.receive(300, TimeUnit.MILLISECONDS)).isEmpty();
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> messages("sub.r.#") == 0);
    }

    @Test
    void showsNoFlagToMqtt3() throws Exception {
        Mqtt3BlockingClient subscriber = MqttClient.builder()
                .useMqttVersion3()
                .serverHost("127.0.0.1")
                .serverPort(port())
                .buildBlocking();
        subscriber.connect();
        try (var publishes = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
            subscriber.subscribeWith().topicFilter("r/#").send();
            publish(connect("pub"), "r/x", "kept", true);

            assertThat(publishes.receive(60, TimeUnit.SECONDS).orElseThrow().isRetain())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"true, false", "false, true"})
    void obeysEachOfOverlappingSubscriptions(boolean exact, boolean wildcard) throws Exception {
        Mqtt5BlockingClient subscriber = connect("sub");
        try (Mqtt5Publishes publishes = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
            subscribe(subscriber, "r/x", exact);
            subscribe(subscriber, "r/#", wildcard);

            publish(connect("pub"), "r/x", "kept", true);

            assertThat(next(publishes, 2)).containsExactlyInAnyOrder("kept true", "kept false");
        }
    }

    @ParameterizedTest
    @CsvSource({"r/x, false", "r/#, false", "r/x, true", "r/#, true"})
    void obeysTheLatestSubscribeAlsoAfterARestart(String filter, boolean retainAsPublished) throws Exception {
        Mqtt5BlockingClient subscriber = client("sub").toBlocking();
        try (Mqtt5Publishes publishes = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
            resume(subscriber);
            subscribe(subscriber, filter, !retainAsPublished);
            subscribe(subscriber, filter, retainAsPublished);
            assertThat(next(publishes, "now")).isEqualTo("now " + retainAsPublished);
            subscriber.disconnect();
            resume(subscriber);
            assertThat(next(publishes, "reconnected")).isEqualTo("reconnected " + retainAsPublished);
            subscriber.disconnect();
        }
        publish(connect("pub"), "r/x", "stored", true);

        broker.stop();
        start();

        subscriber = client("sub").toBlocking();
        try (Mqtt5Publishes publishes = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
            resume(subscriber);
            assertThat(next(publishes, 1)).containsExactly("stored " + retainAsPublished);
            assertThat(next(publishes, "restarted")).isEqualTo("restarted " + retainAsPublished);
        }
    }

    @Test
    void keepsTheOrderOfPacketsWithAndWithoutTheFlag() throws Exception {
        int messages = 6_000;
        List<String> received = new CopyOnWriteArrayList<>();
        connect("sub")
                .toAsync()
                .subscribeWith()
                .topicFilter("r/#")
                .qos(MqttQos.AT_LEAST_ONCE)
                .retainAsPublished(true)
                .callback(publish -> received.add(text(publish)))
                .send()
                .get(60, TimeUnit.SECONDS);

        Mqtt5AsyncClient publisher = connect("pub").toAsync();
        Semaphore window = new Semaphore(300);
        for (int i = 0; i < messages; i++) {
            window.acquire();
            CompletableFuture<?> unused = publisher
                    .publishWith()
                    .topic("r/" + i % 3)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .retain(i % 5 == 0)
                    .payload(Integer.toString(i).getBytes(StandardCharsets.UTF_8))
                    .send()
                    .whenComplete((result, failure) -> window.release());
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> received.size() >= messages);
        assertThat(received)
                .isEqualTo(IntStream.range(0, messages)
                        .mapToObj(i -> i + " " + (i % 5 == 0))
                        .toList());
    }

    private String next(Mqtt5Publishes publishes, String payload) throws Exception {
        Mqtt5BlockingClient publisher = connect("pub");
        publish(publisher, "r/x", payload, true);
        publisher.disconnect();
        return next(publishes, 1).get(0);
    }

    private static List<String> next(Mqtt5Publishes publishes, int count) throws Exception {
        List<String> next = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            next.add(text(publishes.receive(60, TimeUnit.SECONDS).orElseThrow()));
        }
        return next;
    }

    private static String text(Mqtt5Publish publish) {
        return new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8) + " " + publish.isRetain();
    }

    private long messages(String queue) {
        return broker.server().locateQueue(queue).getMessageCount();
    }

    private static void resume(Mqtt5BlockingClient client) {
        client.connectWith().cleanStart(false).sessionExpiryInterval(600).send();
    }

    private static void subscribe(Mqtt5BlockingClient client, String filter, boolean retainAsPublished) {
        client.subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.AT_LEAST_ONCE)
                .retainAsPublished(retainAsPublished)
                .retainHandling(Mqtt5RetainHandling.DO_NOT_SEND)
                .send();
    }

    private Mqtt5AsyncClient client(String clientId) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier(clientId)
                .serverHost("127.0.0.1")
                .serverPort(port())
                .buildAsync();
    }

    private Mqtt5BlockingClient connect(String clientId) {
        Mqtt5BlockingClient client = client(clientId).toBlocking();
        client.connect();
        return client;
    }

    private static void publish(Mqtt5BlockingClient client, String topic, String payload, boolean retain) {
        client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(retain)
                .payload(payload.getBytes(StandardCharsets.UTF_8))
                .send();
    }
}
