package dev.caravan.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.testkit.Ledger;
import dev.caravan.testkit.Ledger.Report;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.assertj.core.api.SoftAssertions;

/** One ledger from the first message to the verdict, which prints its figures in a line. */
final class Trial implements AutoCloseable {

    /** The default window of a bridge, of a route and of a ledger's publisher: what may arrive twice after a cut. */
    static final int WINDOW = 100;

    /**
     * What a ledger's receiver may be sent twice where its broker is killed: its acknowledgements are on their way, and its
     * Receive Maximum bounds nothing. On a quiet machine it is a few dozen.
     */
    static final int RECEIVED_AND_NOT_ACKNOWLEDGED = 200;

    static final Duration LIMIT = Duration.ofMinutes(5);

    private final String name;
    private final Ledger ledger;
    private final long start = System.nanoTime();

    Trial(String name, Path folder) {
        this.name = name;
        this.ledger = new Ledger(folder.resolve("ledger-" + name.replace(' ', '-')));
    }

    Ledger ledger() {
        return ledger;
    }

    /** Waits until all that is acknowledged has arrived, and demands that nothing is lost or out of order. */
    Report verdict(long leastAcknowledged, long mostDuplicates) {
        Report report = ledger.awaitAll(LIMIT);
        print(
                name,
                String.format(
                        Locale.ROOT,
                        "acknowledged %d, lost %d, duplicated %d of at most %d, disordered %d",
                        report.acknowledged(),
                        report.lost().size(),
                        report.duplicated().size(),
                        mostDuplicates,
                        report.disordered().size()),
                start);
        SoftAssertions all = new SoftAssertions();
        all.assertThat(report.lost()).as("lost: %s", report).isEmpty();
        all.assertThat(report.disordered()).as("disordered: %s", report).isEmpty();
        all.assertThat(report.unexpected()).as("unexpected: %s", report).isEmpty();
        all.assertThat(report.duplicated().size()).as("duplicated: %s", report).isLessThanOrEqualTo((int)
                mostDuplicates);
        all.assertAll();
        assertThat(report.acknowledged()).as("%s", report).isGreaterThanOrEqualTo(leastAcknowledged);
        return report;
    }

    /** @param startNanos by {@link System#nanoTime} */
    static void print(String name, String figures, long startNanos) {
        System.out.printf(
                Locale.ROOT, "faults: %s: %s, %.1f s%n", name, figures, (System.nanoTime() - startNanos) / 1e9);
    }

    @Override
    public void close() {
        ledger.close();
    }
}
