package dev.caravan.csv;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets exchanges go on whose rows are finished, in the order of the rows, on one thread for each log: what a route does
 * behind {@code csv-log} must not keep the log from writing. Holds no more than consumers have under way. Safe for threads.
 */
final class Completions {

    private static final Logger LOG = LoggerFactory.getLogger(Completions.class);

    private final ExecutorService executor;
    private volatile @Nullable Thread thread;

    /** @param name of the thread */
    Completions(String name) {
        executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
            Thread made = new Thread(work, name);
            made.setDaemon(true);
            thread = made;
            return made;
        });
    }

    /**
     * @param rows not changed afterwards
     * @param failure null where the rows were written
     */
    void add(List<PendingRow> rows, @Nullable Exception failure) {
        try {
            executor.execute(() -> rows.forEach(row -> end(row, failure)));
        } catch (RuntimeException | Error e) {
            // No memory for the work or its thread: late is better than never.
            rows.forEach(row -> end(row, failure));
        }
    }

    /** Nothing is added any more; what was added goes on. */
    void close() {
        executor.shutdown();
    }

    /** Whether all that was added has gone on before the time is over; true for what is called from there. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        return Thread.currentThread() == thread || executor.awaitTermination(nanos, TimeUnit.NANOSECONDS);
    }

    private static void end(PendingRow row, @Nullable Exception failure) {
        try {
            if (failure != null) {
                row.exchange().setException(failure);
            }
            row.callback().done(false);
        } catch (RuntimeException | Error e) {
            LOG.warn("A step behind csv-log failed outside of its exchange", e);
        }
    }
}
