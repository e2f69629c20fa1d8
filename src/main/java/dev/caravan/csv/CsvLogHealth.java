package dev.caravan.csv;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one log is, and one log line when it begins to fail and when it works again. Thread-safe. */
final class CsvLogHealth {

    private static final Logger LOG = LoggerFactory.getLogger(CsvLogHealth.class);

    private final String name;
    private final Clock clock;
    private long rows;
    /** Neither written nor given back; counted where callers of many threads come by. */
    private final LongAdder waiting = new LongAdder();

    private @Nullable Instant waitingSince;
    private @Nullable Instant failingSince;
    private @Nullable String lastError;

    CsvLogHealth(String name, Clock clock) {
        this.name = name;
        this.clock = clock;
    }

    void given() {
        waiting.increment();
    }

    void givenBack() {
        waiting.decrement();
    }

    synchronized void written(int more) {
        rows += more;
        waiting.add(-more);
    }

    /** A write begins, or another attempt at it. */
    synchronized void begins() {
        if (waitingSince == null) {
            waitingSince = clock.instant();
        }
    }

    /**
     * @param all whether nothing of it is left
     * @param progress whether anything was written
     */
    synchronized void ends(boolean all, boolean progress) {
        if (all) {
            waitingSince = null;
        } else if (progress) {
            waitingSince = clock.instant();
        }
    }

    synchronized void failed(Throwable failure) {
        String message = failure.getMessage();
        lastError = failure instanceof IOException && message != null ? message : failure.toString();
        if (failingSince == null) {
            failingSince = clock.instant();
            LOG.atError()
                    .addKeyValue("log", name)
                    .addKeyValue("reason", lastError)
                    .log("CSV rows cannot be written, trying again until they are");
        }
    }

    synchronized void recovered() {
        Instant since = failingSince;
        if (since != null) {
            failingSince = null;
            LOG.atInfo()
                    .addKeyValue("log", name)
                    .addKeyValue("after", Duration.between(since, clock.instant()))
                    .log("CSV rows are written again");
        }
    }

    synchronized CsvLogReport report() {
        return new CsvLogReport(name, rows, Math.max(0, waiting.sum()), waitingSince, failingSince, lastError);
    }
}
