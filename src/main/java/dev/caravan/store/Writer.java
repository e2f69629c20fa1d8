package dev.caravan.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what waits in the {@link WriteQueue} on a thread of its own: all that has come while the last transaction was
 * written goes into the next one. Where the database fails, it tries the same again until it works, so that order is
 * kept and nothing counts as kept that is not written.
 */
final class Writer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int BATCH_MESSAGES = 5_000;
    private static final long BATCH_BYTES = 8L << 20;
    private static final long IDLE_MILLIS = 1_000;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final long TIDY_NANOS = 20_000_000;
    private static final long URGENT_TIDY_NANOS = 200_000_000;
    private static final long FLUSH_SECONDS = 10;
    private static final long STUCK_SECONDS = 5;

    private final Database database;
    private final WriteQueue queue;
    private final Topics topics;
    private final Retention retention;
    private final Thread thread = new Thread(this::run, "store-writer");
    /** Whoever waits for a message goes on here, as the writer has better to do. */
    private final ExecutorService announcer = Executors.newSingleThreadExecutor(task -> new Thread(task, "store-kept"));

    private @Nullable Session session;
    private volatile @Nullable String lastError;
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    Writer(Database database, Session session, WriteQueue queue, Topics topics, Retention retention) {
        this.database = database;
        this.session = session;
        this.queue = queue;
        this.topics = topics;
        this.retention = retention;
        thread.setDaemon(true); // One that a disk never answers must not keep the program from ending.
    }

    void start() {
        thread.start();
    }

    @Nullable
    String lastError() {
        return lastError;
    }

    private void run() {
        try {
            while (true) {
                WriteQueue.Batch batch = queue.next(BATCH_MESSAGES, BATCH_BYTES, IDLE_MILLIS);
                if (batch.isEmpty() && queue.isClosed()) {
                    return;
                }
                if (!batch.isEmpty()) {
                    write(batch);
                }
                tidy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeSession();
        }
    }

    private void write(WriteQueue.Batch batch) throws InterruptedException {
        while (true) {
            try {
                session().write(batch);
                if (!isGone()) {
                    break;
                }
            } catch (SQLException e) {
                if (database.refuses(e) && rollback()) {
                    refused(batch, e);
                    return;
                }
                failed(e);
            } catch (StoreException | RuntimeException | Error e) {
                failed(e);
            }
        }
        recovered();
        if (!batch.messages().isEmpty()) {
            topics.written(
                    batch.messages().get(batch.messages().size() - 1).message().id());
        }
        queue.remove(batch);
        topics.leave(batch.messages());
        retention.count(batch.messages());
        announcer.execute(() -> {
            batch.messages().forEach(waiting -> waiting.kept().complete(null));
            batch.work().forEach(work -> work.done().complete(null));
        });
    }

    /** The database would refuse the same again: what it refuses is sought out and turned away, the rest is written. */
    private void refused(WriteQueue.Batch batch, SQLException failure) throws InterruptedException {
        if (!batch.isSingle()) {
            for (WriteQueue.Batch half : batch.halves()) {
                write(half);
            }
            return;
        }
        StoreException reason = database.explain(failure);
        for (Waiting waiting : batch.messages()) {
            LOG.atWarn()
                    .addKeyValue("topic", waiting.topic().name)
                    .addKeyValue("reason", reason.getMessage())
                    .log("The database does not take this message, now or later");
        }
        queue.remove(batch);
        topics.leave(batch.messages());
        announcer.execute(() -> {
            batch.messages().forEach(waiting -> waiting.kept().completeExceptionally(reason));
            batch.work().forEach(work -> work.done().completeExceptionally(reason));
        });
    }

    private boolean rollback() {
        try {
            if (session != null) {
                session.rollback();
            }
            return true;
        } catch (SQLException e) {
            LOG.atDebug().setCause(e).log("The message store's connection does not go on after a refusal");
            return false;
        }
    }

    /** Whoever deletes or moves the database while this runs gets a new one, with what comes from then on. */
    private boolean isGone() {
        Session last = session;
        if (last == null || !database.isGone()) {
            return false;
        }
        LOG.atError()
                .addKeyValue("database", database.describe())
                .log("The database was deleted or moved away while the program ran; a new one is begun");
        try {
            database.abandon(last.connection());
        } catch (SQLException | RuntimeException e) {
            LOG.atDebug().setCause(e).log("The database that is gone is not tidied");
        }
        closeSession();
        return true;
    }

    /** Deletes what is too much: for ever while nothing waits, otherwise for a moment. */
    private void tidy() throws InterruptedException {
        long until = System.nanoTime() + (retention.isUrgent() ? URGENT_TIDY_NANOS : TIDY_NANOS);
        try {
            boolean more = !isGone();
            while (more && (queue.isEmpty() || System.nanoTime() < until) && !queue.isClosed()) {
                more = retention.step(session().connection());
            }
            if (!more && queue.isEmpty()) {
                database.shrink(session().connection());
            }
            recovered();
        } catch (SQLException | StoreException | RuntimeException | Error e) {
            failed(e);
        }
    }

    private Session session() throws SQLException, StoreException {
        Session current = session;
        if (current == null) {
            Connection connection = database.openWriter();
            try {
                if (Schema.CURRENT.migrate(connection, database)) {
                    topics.all().forEach(topic -> topic.saved(false));
                    retention.startAnew();
                }
                current = new Session(connection);
            } catch (SQLException | StoreException | RuntimeException | Error e) {
                connection.close();
                throw e;
            }
            session = current;
        }
        return current;
    }

    private void recovered() {
        if (lastError != null) {
            lastError = null;
            pauseMillis = FIRST_PAUSE_MILLIS;
            LOG.atInfo().addKeyValue("database", database.describe()).log("The message store writes again");
        }
    }

    /** Whatever it is, drivers' own assertions too: without its thread the store would wait for ever and not say so. */
    private void failed(Throwable failure) throws InterruptedException {
        closeSession();
        String reason;
        if (failure instanceof SQLException e) {
            reason = String.valueOf(database.explain(e).getMessage());
        } else if (failure instanceof StoreException e) {
            reason = String.valueOf(e.getMessage());
        } else {
            reason = database.describe() + ": " + failure;
        }
        if (lastError == null) {
            LOG.atError()
                    .addKeyValue("reason", reason)
                    .log("The message store cannot write; messages wait, and it tries again");
        }
        lastError = reason;
        Thread.sleep(pauseMillis);
        pauseMillis = Math.min(2 * pauseMillis, LONGEST_PAUSE_MILLIS);
    }

    private void closeSession() {
        Session last = session;
        session = null;
        if (last != null) {
            try {
                last.close();
            } catch (SQLException | RuntimeException | Error e) {
                LOG.atDebug().setCause(e).log("The message store's connection did not close cleanly");
            }
        }
    }

    /**
     * Writes what waits, for ten seconds at most; what is left is turned away, so that its broker delivers it again. A
     * disk that does not answer holds this up for five seconds more.
     */
    @Override
    public void close() {
        queue.close();
        try {
            if (lastError != null) {
                thread.interrupt();
            }
            thread.join(TimeUnit.SECONDS.toMillis(FLUSH_SECONDS));
            thread.interrupt();
            thread.join(TimeUnit.SECONDS.toMillis(STUCK_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        announcer.shutdown();
        RejectedExecutionException closed = new RejectedExecutionException("the message store is closed");
        List<Waiting> left = queue.messages();
        if (!left.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("messages", left.size())
                    .addKeyValue("reason", lastError == null ? "the database is too slow" : lastError)
                    .log("The message store closes before all is written; the rest is not acknowledged");
        }
        left.forEach(waiting -> waiting.kept().completeExceptionally(closed));
        queue.work().forEach(work -> work.done().completeExceptionally(closed));
    }
}
