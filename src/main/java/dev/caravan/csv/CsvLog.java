package dev.caravan.csv;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.StatefulService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the rows of one log in the order in which they were given, on a thread of its own, and completes the exchange of
 * each row only once it is written. Rows that come close together are gathered into one write: a row that comes alone is
 * written at once, and where several came the thread waits for more only as long as more come, {@value #LONGEST_GATHERING_MICROS}
 * us at most, and not beyond {@value #ENOUGH_ROWS} rows.
 *
 * <p>Rows that the disk does not take wait here, and their exchanges with them, so that no more are sent than the
 * consumer's window has; they are tried again until they are written, in order. They are turned away with a
 * {@link RejectedExecutionException} when the log or the consumer that they came from stops.
 *
 * <p>Exchanges go on in {@link Completions}, on another thread: a slow step behind the log holds up no writing.
 *
 * <p>{@link #start} makes the thread, {@link #close} ends it. Safe for threads.
 */
final class CsvLog {

    private static final Logger LOG = LoggerFactory.getLogger(CsvLog.class);

    /** Below the Receive Maximum that consumers have, or a batch would wait for rows that cannot come. */
    static final int ENOUGH_ROWS = 64;

    static final int LONGEST_GATHERING_MICROS = 2_000;
    private static final long LOOK_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long FIRST_RETRY_MILLIS = 100;
    private static final long LAST_RETRY_MILLIS = 2_000;

    private final String name;
    private volatile RowFormat format;
    private final LogFiles files;
    private final CsvLogState state;
    private final CsvLogHealth health;
    private final Duration stopLimit;
    private final Completions completions;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<PendingRow> coming = new ArrayList<>();
    private boolean closed;
    private boolean asleep;
    private volatile @Nullable Thread writer;

    // The writer's own.
    private final List<PendingRow> held = new ArrayList<>();
    private long retryMillis = FIRST_RETRY_MILLIS;
    private boolean gathers;

    /**
     * @param format the columns to begin with
     * @param stopLimit how long {@link #close} waits for the disk
     */
    CsvLog(String name, RowFormat format, LogFiles files, CsvLogState state, CsvLogHealth health, Duration stopLimit) {
        this.stopLimit = stopLimit;
        this.completions = new Completions("csv-log-" + name + "-written");
        this.name = name;
        this.format = format;
        this.files = files;
        this.state = state;
        this.health = health;
    }

    /** Whether its thread has not ended, also after {@link #close}. */
    boolean isRunning() {
        Thread thread = writer;
        return thread != null && thread.isAlive();
    }

    LogFiles files() {
        return files;
    }

    RowFormat format() {
        return format;
    }

    /** Adds columns for fields that have none, and answers what rows are made with from now on. */
    RowFormat widen(Map<?, ?> fields) {
        format = format.widened(fields);
        return format;
    }

    void start() {
        Thread thread = new Thread(this::run, "csv-log-" + name);
        thread.setDaemon(true);
        writer = thread;
        thread.start();
    }

    /**
     * Takes a row; its callback is told when it is written or refused, on another thread.
     *
     * @throws RejectedExecutionException when the log is closed
     */
    void write(PendingRow row) {
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("csv-log:" + name + " is stopped");
            }
            coming.add(row);
            health.given();
            if (asleep || coming.size() == ENOUGH_ROWS) {
                asleep = false;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes what was given, turns away what the disk does not take, and closes the files. Where a write hangs for longer
     * than the limit, its rows are left to it: whoever gave them is not told, and so their messages come again.
     */
    void close() throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        long end = System.nanoTime() + stopLimit.toNanos();
        Thread thread = writer;
        if (thread != null && thread != Thread.currentThread()) {
            thread.join(stopLimit.toMillis());
            if (thread.isAlive()) {
                LOG.atError()
                        .addKeyValue("log", name)
                        .addKeyValue("rows", health.report().waiting())
                        .log("Stopped while a write to the CSV file hangs; its messages are not acknowledged");
            } else if (!completions.awaitEnd(end - System.nanoTime())) {
                LOG.atWarn().addKeyValue("log", name).log("Stopped while steps behind csv-log still work");
            }
        }
    }

    private void run() {
        try {
            boolean last = false;
            while (!last) {
                try {
                    last = writeNext();
                } catch (RuntimeException | Error e) {
                    // No memory, for one. Without its thread the log would hold rows for ever and not say so.
                    health.failed(e);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(FIRST_RETRY_MILLIS));
                }
            }
        } finally {
            completions.close();
            files.close();
        }
    }

    /**
     * Writes what came and what is held.
     *
     * @return whether it was the last
     */
    private boolean writeNext() {
        boolean last;
        lock.lock();
        try {
            await(held.isEmpty() ? 0 : retryMillis, gathers);
            // Where rows came together more follow; a caller that waits for each of its rows gets no faster by it.
            gathers = coming.size() > 1;
            held.addAll(coming);
            coming.clear();
            last = closed;
        } finally {
            lock.unlock();
        }
        health.begins();
        boolean progress = writeAll(held);
        retryMillis = progress ? FIRST_RETRY_MILLIS : Math.min(2 * retryMillis, LAST_RETRY_MILLIS);
        if (!held.isEmpty()) {
            turnAway(held, last);
        }
        health.ends(held.isEmpty(), progress);
        return last;
    }

    /** Until there is something to write: with rows held, when it is time to try again. */
    private void await(long retryMillis, boolean gathers) {
        try {
            if (retryMillis > 0) {
                long left = TimeUnit.MILLISECONDS.toNanos(retryMillis);
                while (left > 0 && !closed) {
                    left = changed.awaitNanos(left);
                }
                return;
            }
            int seen = coming.size();
            long end = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(LONGEST_GATHERING_MICROS);
            while (gathers && !closed && seen < ENOUGH_ROWS && System.nanoTime() - end < 0) {
                var unused = changed.awaitNanos(LOOK_NANOS);
                if (coming.size() == seen) {
                    break;
                }
                seen = coming.size();
            }
            while (coming.isEmpty() && !closed) {
                asleep = true;
                changed.await();
            }
            asleep = false;
        } catch (InterruptedException e) {
            // Nobody has a reason to; and an interrupted thread could not write.
            LOG.debug("csv-log:{}: interrupted", name, e);
        }
    }

    /**
     * Writes rows and completes their exchanges; those that wait for the disk stay in the list.
     *
     * @return whether any was written
     */
    private boolean writeAll(List<PendingRow> rows) {
        if (rows.isEmpty()) {
            return true;
        }
        // Large enough from the start: nothing may get lost where memory is short.
        List<PendingRow> left = new ArrayList<>(rows.size());
        int before = rows.size();
        Throwable failure = null;
        for (List<PendingRow> own : byFile(rows)) {
            int written = 0;
            try {
                CsvFile file = files.file(own.get(0).file(), own.get(0).header());
                while (written < own.size()) {
                    int from = written;
                    written = file.append(own, from);
                    complete(own.subList(from, written));
                }
            } catch (IOException | RuntimeException | Error e) {
                failure = e;
                for (int i = written; i < own.size(); i++) {
                    left.add(own.get(i));
                }
            }
        }
        rows.clear();
        if (failure == null) {
            health.recovered();
        } else {
            state.failed.add(left.size());
            health.failed(failure);
            for (PendingRow row : left) {
                if (row.options().waits()) {
                    rows.add(row);
                } else {
                    giveBack(row, new CsvWriteException("csv-log:" + name + ": " + failure.getMessage(), failure));
                }
            }
        }
        return left.size() < before;
    }

    /** Rows by their file, each in order. */
    private static Collection<List<PendingRow>> byFile(List<PendingRow> rows) {
        if (rows.get(0).file().isEmpty()) {
            return List.of(List.copyOf(rows));
        }
        Map<String, List<PendingRow>> byFile = new LinkedHashMap<>();
        for (PendingRow row : rows) {
            byFile.computeIfAbsent(row.file(), file -> new ArrayList<>()).add(row);
        }
        return byFile.values();
    }

    private void complete(List<PendingRow> written) {
        for (PendingRow row : written) {
            state.written(row.row());
        }
        health.written(written.size());
        completions.add(written, null);
    }

    /** Gives back what nobody waits for any longer, so that a stop does not wait for the disk. */
    private void turnAway(List<PendingRow> held, boolean all) {
        for (Iterator<PendingRow> rows = held.iterator(); rows.hasNext(); ) {
            PendingRow row = rows.next();
            if (all || isStopping(row.exchange())) {
                rows.remove();
                giveBack(
                        row,
                        new RejectedExecutionException("csv-log:" + name + " stops before the row could be written"));
            }
        }
    }

    private void giveBack(PendingRow row, Exception failure) {
        health.givenBack();
        completions.add(List.of(row), failure);
    }

    /** A route that stops suspends its consumer first and then waits for its exchanges. */
    private static boolean isStopping(Exchange exchange) {
        String routeId = exchange.getFromRouteId();
        if (exchange.getContext().isStopping() || routeId == null) {
            return exchange.getContext().isStopping();
        }
        Route route = exchange.getContext().getRoute(routeId);
        return route == null || route.getConsumer() instanceof StatefulService consumer && !consumer.isStarted();
    }
}
