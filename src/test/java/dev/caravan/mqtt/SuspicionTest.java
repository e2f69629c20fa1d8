package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SuspicionTest {

    private final Suspicion suspicion = new Suspicion();
    private final ArrayDeque<Delivery> line = new ArrayDeque<>();

    @Test
    void findsTheMessageThatMakesTheBrokerHangUp() {
        enqueue("poison", "good", "next");
        strikes(Suspicion.STRIKES);
        assertThat(topics()).containsExactly("good", "poison", "next");

        line.removeFirst();
        assertThat(suspicion.linkEnded(line, 2, true))
                .isNotNull()
                .extracting(SuspicionTest::topicOf)
                .isEqualTo("poison");
        assertThat(suspicion.isAwake()).isFalse();
    }

    @Test
    void blamesTheLinkWhereNobodyGetsThrough() {
        enqueue("a", "b", "c");
        for (int i = 0; i < 100; i++) {
            assertThat(suspicion.linkEnded(line, 1, false)).isNull();
        }

        assertThat(topics()).containsExactlyInAnyOrder("a", "b", "c").endsWith("c");
        assertThat(suspicion.isAwake()).isTrue();
    }

    @Test
    void putsTheOrderRightAfterAProbeThatFailed() {
        enqueue("a", "b", "c");
        strikes(Suspicion.STRIKES + 1);

        assertThat(topics()).containsExactly("a", "b", "c");
    }

    @Test
    void neverGivesUpAMessageThatStandsInNobodysWay() {
        enqueue("alone");
        for (int i = 0; i < 100; i++) {
            assertThat(suspicion.linkEnded(line, 1, false)).isNull();
        }
    }

    @Test
    void forgetsASuspectThatGotThroughAfterAll() {
        enqueue("slow", "good", "next");
        strikes(Suspicion.STRIKES);
        line.clear();
        enqueue("next");

        assertThat(suspicion.linkEnded(line, 1, true)).isNull();
        assertThat(suspicion.linkEnded(line, 1, false)).isNull();
    }

    @Test
    void learnsNothingFromALinkOnWhichNothingWasSent() {
        enqueue("a", "b");
        for (int i = 0; i < 100; i++) {
            assertThat(suspicion.linkEnded(line, 0, false)).isNull();
        }

        assertThat(suspicion.isAwake()).isFalse();
    }

    private void strikes(int count) {
        IntStream.range(0, count)
                .forEach(i -> assertThat(suspicion.linkEnded(line, 1, false)).isNull());
    }

    private void enqueue(String... topics) {
        Stream.of(topics)
                .map(topic -> new Delivery(Mqtt5Publish.builder().topic(topic).build(), failure -> {}))
                .forEach(line::addLast);
    }

    private List<String> topics() {
        return line.stream().map(SuspicionTest::topicOf).collect(Collectors.toList());
    }

    private static String topicOf(Delivery delivery) {
        return delivery.message().getTopic().toString();
    }
}
