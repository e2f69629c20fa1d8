package dev.caravan.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.LedgerOptions;
import dev.caravan.testkit.LedgerPublisher;
import dev.caravan.testkit.LedgerReceiver;
import dev.caravan.testkit.MqttProbe;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The link between two jars fails silently, again and again, and while it catches up. */
class PartitionIT extends TwoSites {

    private static final int RATE = 1_000;
    private static final int KEEP_ALIVE_SECONDS = 4;

    /** One and a half of the keepalive, and what a busy machine needs to see it and to look. */
    private static final Duration DETECTED = Duration.ofMillis(KEEP_ALIVE_SECONDS * 1_500 + 2_000);

    /** Of the cut, and of one more: behind a short keepalive a busy machine may take itself for a silent link. */
    private static final int MOST_TWICE = 2 * Trial.WINDOW;

    private static final int LEAST = 10_000;
    private static final int DRAIN_BYTES_A_SECOND = 300_000;

    @Test
    void noticesASilentLinkWithinOneAndAHalfKeepalives() throws Exception {
        bridge(KEEP_ALIVE_SECONDS + "s");
        try (Trial trial = new Trial("silent for 60 s", folder);
                MqttProbe state = MqttProbe.connect(local.port()).subscribe("$SYS/broker/connection/caravan-up/state");
                LedgerReceiver receiver = receiver(trial);
                LedgerPublisher publisher = publisher(trial, RATE)) {
            state.awaitMessage("$SYS/broker/connection/caravan-up/state", "1");
            publisher.publishOn();
            await().atMost(Trial.LIMIT).until(() -> receiver.received() > RATE);

            long silent = System.nanoTime();
            link.stall();
            await().atMost(Trial.LIMIT).pollInterval(Duration.ofMillis(50)).until(() -> !local.isConnected("up"));
            Duration detected = since(silent);
            await().until(() -> {
                var received = state.received();
                return received.get(received.size() - 1).payload().equals("0");
            });
            assertThat(local.bridge("up").path("last_error").asText()).isNotEmpty();
            System.out.printf("faults: silent for 60 s: noticed after %d ms%n", detected.toMillis());
            assertThat(detected)
                    .as("noticed, keepalive %d s", KEEP_ALIVE_SECONDS)
                    .isLessThan(DETECTED);

            await().pollDelay(Duration.ofSeconds(60).minus(since(silent)))
                    .atMost(Trial.LIMIT)
                    .until(() -> true);
            assertThat(local.isConnected("up")).as("%s", local.bridge("up")).isFalse();
            link.flow();
            publisher.stop().awaitAcknowledged(Trial.LIMIT);
            trial.verdict(LEAST, MOST_TWICE);
        }
    }

    @Test
    void goesOnAfterAShortSilenceWithoutANewConnection() throws Exception {
        bridge("20s");
        try (Trial trial = new Trial("silent for 5 s", folder);
                LedgerReceiver receiver = receiver(trial);
                LedgerPublisher publisher = publisher(trial, RATE).publishOn()) {
            await().atMost(Trial.LIMIT).until(() -> receiver.received() > RATE);
            long connections = link.accepted();

            long silent = System.nanoTime();
            link.stall();
            await().pollDelay(Duration.ofSeconds(5)).until(() -> since(silent).toSeconds() >= 5);
            link.flow();

            publisher.stop().awaitAcknowledged(Trial.LIMIT);
            trial.verdict(RATE, 0);
            assertThat(link.accepted()).as("connections").isEqualTo(connections);
        }
    }

    @Test
    void losesNothingWhileTheLinkFlaps() throws Exception {
        bridge("20s");
        int flaps = 10;
        try (Trial trial = new Trial("flapping every 3 s for 60 s", folder);
                LedgerReceiver receiver = receiver(trial);
                LedgerPublisher publisher = publisher(trial, RATE).publishOn()) {
            for (int flap = 0; flap < flaps; flap++) {
                wait(Duration.ofSeconds(3));
                link.refuse().reset();
                wait(Duration.ofSeconds(3));
                link.accept();
            }
            publisher.stop().awaitAcknowledged(Trial.LIMIT);
            trial.verdict(LEAST, (long) flaps * Trial.WINDOW);
        }
    }

    @Test
    void survivesASecondCutDuringTheDrain() throws Exception {
        bridge("20s");
        int messages = 20_000;
        try (Trial trial = new Trial("second cut during the drain", folder);
                LedgerReceiver receiver = receiver(trial);
                LedgerPublisher publisher = publisher(trial, 0)) {
            link.refuse().cut();
            publisher.publish(messages).awaitAcknowledged(Trial.LIMIT);
            // Slow enough to be still at it, however late the second cut comes.
            link.rate(DRAIN_BYTES_A_SECOND).accept();
            await().atMost(Trial.LIMIT)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> receiver.received() > messages / 4);

            link.reset();
            long atCut = receiver.received();
            link.rate(0);

            trial.verdict(messages, 2L * Trial.WINDOW);
            assertThat(atCut).as("received when cut").isLessThan(messages);
        }
    }

    @Test
    void noticesASilentLinkWithLargeMessagesOnTheirWay() throws Exception {
        bridge(KEEP_ALIVE_SECONDS + "s");
        try (Trial trial = new Trial("silent with 64 KB messages", folder);
                LedgerReceiver receiver = receiver(trial);
                LedgerPublisher publisher = new LedgerPublisher(
                        trial.ledger(),
                        "publisher",
                        LedgerOptions.port(local.port()).withPayload(64_000).withRate(100))) {
            publisher.publishOn();
            await().atMost(Trial.LIMIT).until(() -> receiver.received() > 50);

            long silent = System.nanoTime();
            link.stall();
            await().atMost(Trial.LIMIT).pollInterval(Duration.ofMillis(50)).until(() -> !local.isConnected("up"));
            Duration detected = since(silent);
            System.out.printf("faults: silent with 64 KB messages: noticed after %d ms%n", detected.toMillis());
            assertThat(detected)
                    .as("noticed, keepalive %d s", KEEP_ALIVE_SECONDS)
                    .isLessThan(DETECTED);
            link.flow();
            publisher.stop().awaitAcknowledged(Trial.LIMIT);
            trial.verdict(50, MOST_TWICE);
        }
    }

    private void bridge(String keepAlive) throws Exception {
        local.bridge("up", link.port(), "ledger/# out 1", "keepalive", keepAlive, "restart-timeout", "2s");
        await().atMost(Trial.LIMIT).ignoreExceptions().until(() -> local.isConnected("up"));
    }

    private LedgerReceiver receiver(Trial trial) {
        return new LedgerReceiver(trial.ledger(), "receiver", "ledger/#", LedgerOptions.port(remote.port()))
                .awaitSubscribed(Trial.LIMIT);
    }

    private LedgerPublisher publisher(Trial trial, int rate) {
        return new LedgerPublisher(
                trial.ledger(), "publisher", LedgerOptions.port(local.port()).withRate(rate));
    }

    /** The time of a fault is part of the test, nothing is waited for. */
    private static void wait(Duration duration) {
        await().pollDelay(duration).atMost(duration.plus(Trial.LIMIT)).until(() -> true);
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
