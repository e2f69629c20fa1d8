package dev.caravan.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.LedgerOptions;
import dev.caravan.testkit.LedgerPublisher;
import dev.caravan.testkit.LedgerReceiver;
import org.junit.jupiter.api.Test;

/** The remote is away for as long as 50,000 messages take, and the bridging jar is killed meanwhile. */
class OutageIT extends TwoSites {

    private static final int MESSAGES = 50_000;

    @Override
    Site prepare(Site site) throws Exception {
        return site.bridge("up", remote.port(), "ledger/# out 1", "restart-timeout", "5s");
    }

    @Test
    void drainsByItselfWhatWasPublishedMeanwhile() throws Exception {
        String name = "remote away, bridge killed twice";
        try (Trial trial = new Trial(name, folder);
                LedgerReceiver receiver = new LedgerReceiver(
                                trial.ledger(), "receiver", "ledger/#", LedgerOptions.port(remote.port()))
                        .awaitSubscribed(Trial.LIMIT)) {
            await().atMost(Trial.LIMIT).until(() -> local.isConnected("up"));
            remote.kill();
            long away = System.nanoTime();
            try (LedgerPublisher publisher =
                    new LedgerPublisher(trial.ledger(), "publisher", LedgerOptions.port(local.port()))) {
                publisher.publish(MESSAGES);
                await().atMost(Trial.LIMIT).until(() -> publisher.acknowledged() > MESSAGES / 2);
                local.kill();
                local.start();
                publisher.awaitAcknowledged(Trial.LIMIT);
            }
            local.kill();
            local.start();
            assertThat(local.bridge("up").path("buffered").asLong())
                    .as("buffered while the remote is away: %s", local.bridge("up"))
                    .isBetween((long) MESSAGES, (long) MESSAGES + Trial.WINDOW);
            assertThat(receiver.received()).isZero();
            Trial.print(name, "publishing " + MESSAGES, away);

            long drain = System.nanoTime();
            remote.start();

            trial.verdict(MESSAGES, Trial.WINDOW);
            Trial.print(name, "start of the remote and draining", drain);
            await().atMost(Trial.LIMIT)
                    .until(() -> local.bridge("up").path("buffered").asLong() == 0);
        }
    }
}
