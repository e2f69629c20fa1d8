package dev.caravan.faults;

import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.LedgerOptions;
import dev.caravan.testkit.LedgerPublisher;
import dev.caravan.testkit.LedgerReceiver;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A publisher, the bridging jar, a remote jar and a receiver; kill -9 at random points under load. */
class KillNineIT extends TwoSites {

    private static final int RATE = 2_000;
    private static final int LEAST_PER_ROUND = 200;
    private static final int MOST_PER_ROUND = 4_000;

    /** With {@code -Dcaravan.seed=} the points of a run come again. */
    private static final long SEED = Long.getLong("caravan.seed", System.nanoTime());

    private final Random random = new Random(SEED);

    @Override
    Site prepare(Site site) throws Exception {
        return site.bridge("up", remote.port(), "ledger/# out 1", "restart-timeout", "2s");
    }

    @Test
    void losesNothingWhenTheBridgeIsKilled() throws Exception {
        run("kill -9 of the bridge", 10, 2 * Trial.WINDOW, local);
    }

    @Test
    void losesNothingWhenTheRemoteIsKilled() throws Exception {
        run("kill -9 of the remote", 4, Trial.WINDOW + Trial.RECEIVED_AND_NOT_ACKNOWLEDGED, remote);
    }

    @Test
    void losesNothingWhenBothAreKilled() throws Exception {
        run("kill -9 of both", 3, 2 * Trial.WINDOW + Trial.RECEIVED_AND_NOT_ACKNOWLEDGED, local, remote);
    }

    /** @param twice what may arrive twice after one kill: the windows of all who send to the victims or wait for them */
    private void run(String name, int rounds, int twice, Site... victims) throws Exception {
        System.out.println("faults: " + name + ": seed " + SEED);
        LedgerOptions at = LedgerOptions.port(local.port()).withRate(RATE).withWindow(Trial.WINDOW);
        try (Trial trial = new Trial(name, folder);
                LedgerReceiver receiver = new LedgerReceiver(
                                trial.ledger(), "receiver", "ledger/#", LedgerOptions.port(remote.port()))
                        .awaitSubscribed(Trial.LIMIT);
                LedgerPublisher publisher = new LedgerPublisher(trial.ledger(), "publisher", at).publishOn()) {
            for (int round = 1; round <= rounds; round++) {
                long goal =
                        publisher.acknowledged() + LEAST_PER_ROUND + random.nextInt(MOST_PER_ROUND - LEAST_PER_ROUND);
                await().atMost(Trial.LIMIT)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> publisher.acknowledged() >= goal);
                for (Site victim : victims) {
                    victim.kill();
                }
                for (Site victim : victims) {
                    victim.start();
                }
            }
            publisher.stop().awaitAcknowledged(Trial.LIMIT);
            trial.verdict((long) rounds * LEAST_PER_ROUND, (long) rounds * twice);
        }
    }
}
