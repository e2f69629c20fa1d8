package dev.caravan.csv;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
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

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private List<PendingRow> coming = new ArrayList<>();
    private boolean closed;
    private boolean asleep;
    private @Nullable Thread writer;

    /** @param format the columns to begin with */
    CsvLog(String name, RowFormat format, LogFiles files, CsvLogState state, CsvLogHealth health) {
        this.name = name;
        this.format = format;
        this.files = files;
        this.state = state;
        this.health = health;
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
            if (asleep || coming.size() == ENOUGH_ROWS) {
                asleep = false;
                changed.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes what was given, turns away what the disk does not take, and closes the files. */
    void close() throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        Thread thread = writer;
        if (thread != null && thread != Thread.currentThread()) {
            thread.join();
        }
        files.close();
    }

    private void run() {
        List<PendingRow> held = new ArrayList<>();
        List<PendingRow> empty = new ArrayList<>();
        long retryMillis = FIRST_RETRY_MILLIS;
        boolean gathers = false;
        while (true) {
            List<PendingRow> taken;
            boolean last;
            lock.lock();
            try {
                await(held.isEmpty() ? 0 : retryMillis, gathers);
                taken = coming;
                coming = empty;
                last = closed;
            } finally {
                lock.unlock();
            }
            // Where rows came together more follow; a caller that waits for each of its rows gets no faster by it.
            gathers = taken.size() > 1;
            held.addAll(taken);
            taken.clear();
            empty = taken;
            boolean progress = writeAll(held);
            retryMillis = progress ? FIRST_RETRY_MILLIS : Math.min(2 * retryMillis, LAST_RETRY_MILLIS);
            if (!held.isEmpty()) {
                turnAway(held, last);
            }
            health.waiting(held.size());
            if (last) {
                return;
            }
        }
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
        List<PendingRow> left = new ArrayList<>();
        int before = rows.size();
        IOException failure = null;
        for (List<PendingRow> own : byFile(rows)) {
            int written = 0;
            try {
                CsvFile file = files.file(own.get(0).file(), own.get(0).header());
                while (written < own.size()) {
                    int to = file.append(own, written);
                    complete(own.subList(written, to));
                    written = to;
                }
            } catch (IOException | RuntimeException e) {
                failure = e instanceof IOException io ? io : new IOException(e);
                left.addAll(own.subList(written, own.size()));
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
                    end(row, new CsvWriteException("csv-log:" + name + ": " + failure.getMessage(), failure));
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
            end(row, null);
        }
        health.written(written.size());
    }

    /** Gives back what nobody waits for any longer, so that a stop does not wait for the disk. */
    private void turnAway(List<PendingRow> held, boolean all) {
        for (Iterator<PendingRow> rows = held.iterator(); rows.hasNext(); ) {
            PendingRow row = rows.next();
            if (all || isStopping(row.exchange())) {
                rows.remove();
                end(row, new RejectedExecutionException("csv-log:" + name + " stops before the row could be written"));
            }
        }
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

    private static void end(PendingRow row, @Nullable Exception failure) {
        try {
            if (failure != null) {
                row.exchange().setException(failure);
            }
            row.callback().done(false);
        } catch (RuntimeException e) {
            LOG.warn("A step behind csv-log failed outside of its exchange", e);
        }
    }
}
