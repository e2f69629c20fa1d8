package dev.caravan.store;

import dev.caravan.store.Topics.Topic;
import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Every message that is kept: the database, what waits for it, and who reads it. Thread-safe. */
final class DatabaseTier implements AutoCloseable {

    /** How long somebody who needs an answer waits for the writer. */
    private static final long WORK_SECONDS = 10;

    private final Database database;
    private final Topics topics;
    private final WriteQueue queue;
    private final Retention retention;
    private final Writer writer;
    private final Consumers consumers;
    private final DatabaseSeries series;
    private final Counting counting;

    private DatabaseTier(
            Database database, Topics topics, Session session, StoreSettings settings, InstantSource clock, long last) {
        this.database = database;
        this.topics = topics;
        this.queue = new WriteQueue(settings.queueMessages());
        this.retention = new Retention(database, topics, settings.limits(), clock);
        this.writer = new Writer(database, session, queue, topics, retention);
        this.consumers = new Consumers(database);
        this.series = new DatabaseSeries(database, topics, queue);
        topics.written(last);
        this.counting = new Counting(database, last, this::counted);
    }

    private void counted(Map<Long, Long> byTopic) {
        var unused = queue.add(connection -> retention.count(byTopic));
    }

    /** What an open tier starts from. */
    record Opened(DatabaseTier tier, Refill refill) {}

    static Opened open(StoreSettings settings, StoreBounds recent, InstantSource clock) throws StoreException {
        Database database = Database.of(settings);
        try {
            Connection connection = database.openWriter();
            try {
                Schema.CURRENT.migrate(connection, database);
                Topics topics = Topics.load(connection);
                Refill refill = Refill.read(connection, topics, recent);
                connection.commit();
                DatabaseTier tier =
                        new DatabaseTier(database, topics, new Session(connection), settings, clock, refill.lastId());
                tier.writer.start();
                tier.counting.start();
                return new Opened(tier, refill);
            } catch (SQLException | StoreException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            database.close();
            throw database.explain(e);
        } catch (StoreException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    void awaitRoom() {
        queue.awaitRoom();
    }

    /** Calls are in the order of ids. */
    CompletableFuture<Void> add(StoredMessage message, @Nullable String sourceId) {
        Waiting waiting = new Waiting(
                message, topics.enter(message.topic()), sourceId, System.nanoTime(), new CompletableFuture<>());
        queue.add(waiting);
        return waiting.kept();
    }

    MessagePages query(MessageQuery query) {
        return new MessagePages(new DatabasePages(database, topics, queue, query));
    }

    List<SeriesBucket> series(SeriesQuery query) throws StoreException {
        return series.read(query);
    }

    OptionalLong position(String consumer, TopicFilter filter) throws StoreException {
        return consumers.position(consumer, filter);
    }

    OptionalLong acknowledge(String consumer, TopicFilter filter, long id) throws StoreException {
        AtomicReference<@Nullable Long> reached = new AtomicReference<>();
        await(queue.add(Consumers.acknowledge(consumer, filter, id, reached)));
        Long position = reached.get();
        return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }

    ConsumerList consumers() throws StoreException {
        return consumers.list();
    }

    boolean forget(String consumer, @Nullable TopicFilter filter) throws StoreException {
        AtomicInteger forgotten = new AtomicInteger();
        await(queue.add(Consumers.forget(consumer, filter, forgotten)));
        return forgotten.get() > 0;
    }

    /** What {@link #hide} has hidden. */
    record Hidden(Topic topic, long after, long upTo) {}

    /** Hides the messages of a topic up to an id from every reader. */
    @Nullable
    Hidden hide(TopicName name, long upTo) {
        Topic topic = topics.named(name.value());
        if (topic == null) {
            return null;
        }
        Hidden hidden = new Hidden(topic, topic.cleared(), upTo);
        topic.clear(upTo);
        return hidden;
    }

    /**
     * Deletes what was hidden: that it is gone survives a kill when this returns, the rows go in the background.
     *
     * @return how many messages
     * @throws StoreException where the database does not take it now; it is done later
     */
    long delete(Hidden hidden) throws StoreException {
        CompletableFuture<Void> marked = queue.add(connection -> {
            try (PreparedStatement mark = connection.prepareStatement("update topics set cleared = ? where id = ?")) {
                mark.setLong(1, hidden.upTo);
                mark.setLong(2, hidden.topic.id);
                mark.executeUpdate();
            }
            retention.clear(hidden.topic);
        });
        long count = count(hidden);
        await(marked);
        return count;
    }

    private long count(Hidden hidden) throws StoreException {
        List<Waiting> waiting = queue.messages();
        try (Connection connection = database.openReader();
                PreparedStatement select = connection.prepareStatement(
                        "select count(*), max(id) from messages where topic = ? and id > ? and id <= ?")) {
            select.setLong(1, hidden.topic.id);
            select.setLong(2, hidden.after);
            select.setLong(3, hidden.upTo);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                long newest = Math.max(hidden.after, row.getLong(2));
                return row.getLong(1)
                        + waiting.stream()
                                .filter(w -> w.topic() == hidden.topic
                                        && w.message().id() > newest
                                        && w.message().id() <= hidden.upTo)
                                .count();
            }
        } catch (SQLException e) {
            throw database.explain(e);
        }
    }

    StoreLag lag() {
        return queue.lag(writer.lastError());
    }

    private void await(CompletableFuture<Void> done) throws StoreException {
        try {
            done.get(WORK_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            String reason = writer.lastError();
            throw new StoreException(
                    reason == null ? database.describe() + " did not answer in " + WORK_SECONDS + " s" : reason, e);
        } catch (ExecutionException | RejectedExecutionException e) {
            if (e.getCause() instanceof StoreException refused) {
                throw new StoreException(String.valueOf(refused.getMessage()), refused);
            }
            throw new StoreException("the message store is closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("interrupted", e);
        }
    }

    @Override
    public void close() {
        counting.close();
        series.close();
        // The writer last: a connection that only reads cannot tidy SQLite's log away.
        database.close();
        writer.close();
    }
}
