package dev.caravan;

import static dev.caravan.BridgesSite.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import dev.caravan.testkit.FaultProxy;
import dev.caravan.testkit.ScriptedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A bridge whose queue is full, and how it empties. */
class BridgesQueueIT {

    private static final String ALERT = "$SYS/broker/connection/caravan-up/alert";

    @TempDir
    Path folder;

    private ScriptedBroker there;
    private FaultProxy link;
    private BridgesSite here;
    private BridgesClient local;

    @BeforeEach
    void start() throws Exception {
        there = new ScriptedBroker();
        link = new FaultProxy(there.port()).refuse();
        here = BridgesSite.start(folder);
        local = here.client();
    }

    @AfterEach
    void stop() {
        local.close();
        here.close();
        link.close();
        there.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop-oldest", "drop-newest"})
    void dropsByItsPolicyAndSaysSoOnce(String policy) throws Exception {
        local.subscribe(ALERT).subscribe("x/#");
        save("when-full", policy, "queue-max-messages", "10");
        try (ScriptedBroker second = new ScriptedBroker()) {
            here.connect("second", second.port(), "x/# out 1");
            fill();
            publish(10, 25);

            await().atMost(Duration.ofSeconds(60)).until(() -> topics(second).size() == 25);
            await().until(() -> local.payloads("x/a").size() == 25);
        }
        here.awaitBridge(
                "up",
                s -> s.at("/dropped/queue_full").asLong() == 15
                        && s.path("full").asBoolean()
                        && s.path("buffered").asLong() == 10);
        await().atMost(Duration.ofSeconds(60))
                .until(() -> !local.received(ALERT).isEmpty());

        link.accept();

        here.awaitBridge(
                "up", s -> s.path("buffered").asLong() == 0 && !s.path("full").asBoolean());
        await().atMost(Duration.ofSeconds(60)).until(() -> local.received(ALERT).size() == 2);
        assertThat(local.payloads(ALERT))
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"bridge_queue_full\"", "\"" + policy + "\"", "\"up\""),
                        last -> assertThat(last).contains("\"bridge_queue_recovered\"", "\"dropped\":15"));
        assertThat(payloads(there)).isEqualTo(policy.equals("drop-oldest") ? numbers(15, 25) : numbers(0, 10));
    }

    @Test
    void rejectsWhatAPublisherWouldLose() throws Exception {
        save("when-full", "reject", "queue-max-messages", "10");
        fill();

        assertThatThrownBy(() -> publish(10, 11))
                .isInstanceOfSatisfying(Mqtt5PubAckException.class, refused -> assertThat(
                                refused.getMqttMessage().getReasonCode().getCode())
                        .isEqualTo(0x97));
        local.publish("other", "not for the bridge");
        link.accept();
        here.awaitBridge("up", s -> s.path("buffered").asLong() == 0);
        publish(11, 12);

        await().atMost(Duration.ofSeconds(60)).until(() -> payloads(there).size() == 11);
        assertThat(payloads(there))
                .isEqualTo(IntStream.concat(IntStream.range(0, 10), IntStream.of(11))
                        .mapToObj(i -> "" + i)
                        .toList());
    }

    @Test
    void bytesCountToo() throws Exception {
        save("when-full", "drop-newest", "queue-max-bytes", "64KB");
        for (int i = 0; i < 20; i++) {
            local.publish("x/a", "x".repeat(10_000));
        }
        JsonNode state = here.awaitBridge("up", s -> s.at("/dropped/queue_full").asLong() > 0);
        assertThat(state.path("buffered").asLong()).isBetween(6L, 8L);
        assertThat(state.path("buffered_bytes").asLong()).isBetween(55_000L, 90_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"drop", "store"})
    void storesQos0OnlyIfAskedTo(String qos0) throws Exception {
        save("qos0-when-down", qos0);
        local.publish("x/a", "0", 0);
        publish(1, 2);
        link.accept();

        await().atMost(Duration.ofSeconds(60)).until(() -> payloads(there).contains("1"));
        assertThat(payloads(there)).isEqualTo(qos0.equals("store") ? List.of("0", "1") : List.of("1"));
    }

    @Test
    void keepsItsRate() throws Exception {
        ConcurrentLinkedQueue<Instant> arrivals = new ConcurrentLinkedQueue<>();
        there.script().onPublish(m -> {
            if (m.topic().startsWith("x")) {
                arrivals.add(Instant.now());
            }
            return dev.caravan.testkit.BrokerScript.Answer.ok();
        });
        save("max-rate", "200");
        publish(0, 600);

        Instant begun = Instant.now();
        link.accept();
        await().atMost(Duration.ofSeconds(60)).until(() -> arrivals.size() == 600);

        List<Instant> times = List.copyOf(arrivals);
        // From before the first: what a busy machine holds up it can only make slower.
        double seconds = Duration.between(begun, times.get(599)).toMillis() / 1000.0;
        assertThat(600 / seconds).isBetween(100.0, 230.0);
        assertThat(payloads(there)).isEqualTo(numbers(0, 600));
    }

    @Test
    void emptiesWithoutNewTrafficAcrossCuts() throws Exception {
        save("window", "10");
        publish(0, 500);
        link.rate(40_000).accept();
        for (int i = 1; i <= 3; i++) {
            int some = i * 60;
            await().atMost(Duration.ofSeconds(60)).until(() -> payloads(there).size() >= some);
            link.cut();
        }
        link.rate(0);
        here.awaitBridge("up", s -> s.path("buffered").asLong() == 0);

        assertThat(payloads(there).stream().distinct()).containsExactlyElementsOf(numbers(0, 500));
        assertThat(payloads(there)).hasSizeLessThanOrEqualTo(500 + 3 * 10);
        assertThat(there.maxUnacknowledged()).isLessThanOrEqualTo(10 + 1);
    }

    private void save(String... parameters) throws Exception {
        here.save("up", to(link.port(), parameters), "x/# out 1");
        here.awaitBridge("up", s -> !s.path("last_error").asText().isEmpty());
    }

    /** Ten messages, all counted: the bounds are kept to within what is on its way into the queue. */
    private void fill() throws Exception {
        publish(0, 10);
        here.awaitBridge("up", s -> s.path("buffered").asLong() == 10);
    }

    private void publish(int from, int to) {
        for (int i = from; i < to; i++) {
            local.publish("x/a", "" + i);
        }
    }

    private static List<String> topics(ScriptedBroker broker) {
        return broker.taken().stream()
                .map(ScriptedBroker.Message::topic)
                .filter(t -> t.startsWith("x"))
                .toList();
    }

    private static List<String> payloads(ScriptedBroker broker) {
        return broker.taken().stream()
                .filter(m -> m.topic().startsWith("x"))
                .map(ScriptedBroker.Message::payload)
                .toList();
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "" + i).toList();
    }
}
