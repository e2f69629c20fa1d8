package dev.caravan.store;

import dev.caravan.store.SeriesCache.Known;
import dev.caravan.store.Topics.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Makes series from the database, and from what waits for it. Thread-safe. */
final class DatabaseSeries implements AutoCloseable {

    /** Longer than this, two read at once; rows of a topic lie far apart. */
    private static final long SPLIT_MICROS = 600_000_000;

    /** Rows that come from a server at a time: each may be as large as an MQTT packet. */
    private static final int FETCH = 100;

    private final Database database;
    private final Topics topics;
    private final WriteQueue queue;
    private final SeriesCache cache = new SeriesCache();
    private final ExecutorService second = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "store-series");
        thread.setDaemon(true);
        return thread;
    });

    DatabaseSeries(Database database, Topics topics, WriteQueue queue) {
        this.database = database;
        this.topics = topics;
        this.queue = queue;
    }

    List<SeriesBucket> read(SeriesQuery query) throws StoreException {
        Buckets buckets = new Buckets(query);
        Topic topic = topics.named(query.topic().value());
        if (topic == null) {
            return buckets.filled();
        }
        NumberField field = new NumberField(query.field());
        List<Waiting> waiting = queue.messages();
        // Everything before this is in the database and stays as it is.
        long settled = waiting.isEmpty()
                ? topics.written() + 1
                : waiting.get(0).message().id();
        long to = Math.min(query.to(), settled);
        if (query.from() < to) {
            SeriesCache.Key key = new SeriesCache.Key(topic.id, query.field());
            Known known = completed(key, topic, field, query.from(), to);
            cache.put(key, known);
            known.numbers().into(buckets, Math.max(query.from(), topic.cleared() + 1), query.to());
        }
        for (Waiting w : waiting) {
            StoredMessage m = w.message();
            if (w.topic() == topic && m.id() >= query.from() && m.id() < query.to() && m.id() > topic.cleared()) {
                double value = field.in(m.payload());
                if (!Double.isNaN(value)) {
                    buckets.add(m.id(), value);
                }
            }
        }
        return buckets.filled();
    }

    /** What is known, completed to cover a time at least. */
    private Known completed(SeriesCache.Key key, Topic topic, NumberField field, long from, long to)
            throws StoreException {
        Known known = cache.get(key);
        long cleared = topic.cleared();
        if (known == null || known.cleared() != cleared || known.from() > to || known.to() < from) {
            return new Known(from, to, cleared, read(topic, field, from, to));
        }
        if (from < known.from()) {
            Numbers before = read(topic, field, from, known.from());
            known = new Known(from, known.to(), cleared, before.followedBy(known.numbers()));
        }
        if (to > known.to()) {
            Numbers after = read(topic, field, known.to(), to);
            known = new Known(known.from(), to, cleared, known.numbers().followedBy(after));
        }
        return known;
    }

    private Numbers read(Topic topic, NumberField field, long from, long to) throws StoreException {
        if (to - from < SPLIT_MICROS) {
            return scan(topic, field, from, to);
        }
        long middle = from + (to - from) / 2;
        CompletableFuture<Numbers> later = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return scan(topic, field, middle, to);
                    } catch (StoreException e) {
                        throw new CompletionException(e);
                    }
                },
                second);
        Numbers earlier = scan(topic, field, from, middle);
        try {
            return earlier.followedBy(later.join());
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw e;
        }
    }

    private Numbers scan(Topic topic, NumberField field, long from, long to) throws StoreException {
        Numbers numbers = new Numbers();
        try (Connection connection = database.openReader();
                PreparedStatement select = connection.prepareStatement(
                        "select id, payload from messages where topic = ? and id >= ? and id < ? order by id")) {
            select.setFetchSize(FETCH);
            select.setLong(1, topic.id);
            select.setLong(2, Math.max(from, topic.cleared() + 1));
            select.setLong(3, to);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    byte[] payload = rows.getBytes(2);
                    double value = payload == null ? Double.NaN : field.in(payload);
                    if (!Double.isNaN(value)) {
                        numbers.add(rows.getLong(1), value);
                    }
                }
            }
        } catch (SQLException e) {
            throw database.explain(e);
        }
        return numbers;
    }

    @Override
    public void close() {
        second.shutdownNow();
    }
}
