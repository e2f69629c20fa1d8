package dev.caravan.csv;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one log is, and one log line when it begins to fail and when it works again. Thread-safe. */
final class CsvLogHealth {

    private static final Logger LOG = LoggerFactory.getLogger(CsvLogHealth.class);

    private final String name;
    private final Clock clock;
    private long rows;
    private int waiting;
    private @Nullable Instant failingSince;
    private @Nullable String lastError;

    CsvLogHealth(String name, Clock clock) {
        this.name = name;
        this.clock = clock;
    }

    synchronized void written(int more) {
        rows += more;
    }

    synchronized void waiting(int rows) {
        waiting = rows;
    }

    synchronized void failed(IOException failure) {
        lastError = failure.getMessage() == null ? failure.toString() : failure.getMessage();
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
        return new CsvLogReport(name, rows, waiting, failingSince, lastError);
    }
}
