package dev.caravan.store;

import dev.caravan.store.Topics.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the database within its {@link StoreLimits}, a little at each {@link #step}, between the transactions that
 * write. It begins once the messages of the earlier run are counted, which is done elsewhere and takes a second or two
 * for ten million. Not thread-safe: the writer's thread calls it.
 *
 * <p>Precision: it begins when a bound is passed by a hundredth of the messages or a tenth of a topic's, looks at bytes
 * and age once a second, and deletes at most {@value #CHUNK} messages at a time.
 */
final class Retention {

    private static final int CHUNK = 2_000;
    private static final int EMPTY_TOPICS = 200;
    private static final long LOOK_MICROS = 1_000_000;

    private final Database database;
    private final Topics topics;
    private final StoreLimits limits;
    private final InstantSource clock;
    private final ClockJumps jumps;

    private final Set<Topic> cleared = new LinkedHashSet<>();
    private final Set<Topic> tooMany = new LinkedHashSet<>();
    private final Set<Topic> empty = new LinkedHashSet<>();
    private boolean counted;
    private long total;
    private boolean tooManyMessages;
    /** Messages whose deletion makes room for the bytes that are too many, about. */
    private long surplusBytes;

    /** What this step has deleted, and is not committed. */
    private final Map<Topic, Integer> deleted = new HashMap<>();
    /** Topics that a commit was about which may or may not have happened. */
    private final Set<Topic> doubtful = new LinkedHashSet<>();

    private boolean tooOld;
    private boolean isSteady;
    private long nextLook = Long.MIN_VALUE;

    Retention(Database database, Topics topics, StoreLimits limits, InstantSource clock) {
        this.database = database;
        this.topics = topics;
        this.limits = limits;
        this.clock = clock;
        this.jumps = new ClockJumps(clock, System::nanoTime);
        for (Topic topic : topics.all()) {
            if (topic.cleared() > 0) {
                cleared.add(topic); // The earlier run may have ended before all was deleted.
            }
        }
    }

    /** The messages of earlier runs. */
    void count(Map<Long, Long> byTopic) {
        if (counted) {
            return;
        }
        counted = true;
        for (Topic topic : topics.all()) {
            add(topic, byTopic.getOrDefault(topic.id, 0L));
        }
    }

    /** What was written. */
    void count(List<Waiting> messages) {
        for (Waiting waiting : messages) {
            add(waiting.topic(), 1);
        }
    }

    private void add(Topic topic, long messages) {
        topic.count(messages);
        total += messages;
        long bound = limits.messagesPerTopic();
        if (bound > 0 && topic.count() > bound + bound / 10) {
            tooMany.add(topic);
        }
        if (topic.count() == 0) {
            empty.add(topic);
        }
    }

    /** The database begins again with nothing. */
    void startAnew() {
        counted = true;
        for (Topic topic : topics.all()) {
            topic.count(-topic.count());
        }
        total = 0;
        cleared.clear();
        tooMany.clear();
        empty.clear();
        doubtful.clear();
    }

    /** The topic's messages up to its mark are to be deleted. */
    void clear(Topic topic) {
        cleared.add(topic);
    }

    /** Whether there is so much more than allowed that it counts more than the lag. */
    boolean isUrgent() {
        return total > limits.messages() + limits.messages() / 20;
    }

    /**
     * Deletes some messages, where there are too many, and commits.
     *
     * @return whether there is more to do at once
     */
    boolean step(Connection connection) throws SQLException {
        if (!counted) {
            return false;
        }
        deleted.clear();
        countAgain(connection);
        look(connection);
        Topic topic = first(cleared);
        if (topic != null) {
            int count = delete(connection, topic, topic.cleared(), CHUNK);
            commit(connection);
            if (count < CHUNK) {
                cleared.remove(topic);
            }
            return true;
        }
        topic = first(tooMany);
        if (topic != null) {
            long over = topic.count() - limits.messagesPerTopic();
            int count = over <= 0 ? 0 : delete(connection, topic, Long.MAX_VALUE, (int) Math.min(over, CHUNK));
            commit(connection);
            if (count == 0) {
                tooMany.remove(topic);
            }
            return true;
        }
        if (tooManyMessages || surplusBytes > 0 || tooOld) {
            deleteOldest(connection);
            return true;
        }
        return forgetEmptyTopics(connection);
    }

    /** Only what is committed counts. */
    private void commit(Connection connection) throws SQLException {
        doubtful.addAll(deleted.keySet());
        connection.commit();
        doubtful.clear();
        deleted.forEach((topic, count) -> add(topic, -count));
        deleted.clear();
    }

    /** A commit that failed may have happened all the same, where only its answer was lost. */
    private void countAgain(Connection connection) throws SQLException {
        if (doubtful.isEmpty()) {
            return;
        }
        try (PreparedStatement select = connection.prepareStatement("select count(*) from messages where topic = ?")) {
            for (Topic topic : doubtful) {
                select.setLong(1, topic.id);
                try (ResultSet row = select.executeQuery()) {
                    row.next();
                    add(topic, row.getLong(1) - topic.count());
                }
            }
        }
        doubtful.clear();
    }

    private void look(Connection connection) throws SQLException {
        tooManyMessages = total > limits.messages() + (tooManyMessages ? 0 : limits.messages() / 100);
        long now = MessageStore.micros(clock);
        if (now >= nextLook || nextLook > now + LOOK_MICROS) {
            nextLook = now + LOOK_MICROS;
            surplusBytes = surplusBytes(connection);
            isSteady = jumps.isSteady();
            tooOld = isSteady;
            connection.commit();
        }
    }

    private static @Nullable Topic first(Set<Topic> topics) {
        Iterator<Topic> iterator = topics.iterator();
        return iterator.hasNext() ? iterator.next() : null;
    }

    private int delete(Connection connection, Topic topic, long upTo, int count) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from messages where id in (select id from"
                + " messages where topic = ? and id <= ? order by id limit " + count + ")")) {
            delete.setLong(1, topic.id);
            delete.setLong(2, upTo);
            int rows = delete.executeUpdate();
            deleted.merge(topic, rows, Integer::sum);
            return rows;
        }
    }

    private void deleteOldest(Connection connection) throws SQLException {
        long oldestAllowed =
                isSteady ? MessageStore.micros(clock) - limits.age().toSeconds() * 1_000_000 : Long.MIN_VALUE;
        long surplus = Math.max(surplusBytes, tooManyMessages ? total - limits.messages() : 0);
        long upTo = Long.MIN_VALUE;
        int count = 0;
        try (PreparedStatement select =
                        connection.prepareStatement("select id, topic from messages order by id limit " + CHUNK);
                ResultSet rows = select.executeQuery()) {
            while (rows.next() && (count < surplus || rows.getLong(1) < oldestAllowed)) {
                upTo = rows.getLong(1);
                Topic topic = topics.numbered(rows.getLong(2));
                if (topic != null) {
                    deleted.merge(topic, 1, Integer::sum);
                }
                count++;
            }
        }
        if (count > 0) {
            try (PreparedStatement delete = connection.prepareStatement("delete from messages where id <= ?")) {
                delete.setLong(1, upTo);
                delete.executeUpdate();
            }
        }
        commit(connection);
        tooOld = isSteady && count == CHUNK;
        if (surplusBytes > 0) {
            surplusBytes = surplusBytes(connection);
            connection.commit();
        }
    }

    private long surplusBytes(Connection connection) throws SQLException {
        long bytes = total == 0 ? 0 : database.bytes(connection, total);
        return bytes <= limits.bytes() ? 0 : 1 + (long) ((double) total * (bytes - limits.bytes()) / bytes);
    }

    /** A topic that nobody publishes to any more takes no memory; a new message brings it back. */
    private boolean forgetEmptyTopics(Connection connection) throws SQLException {
        if (empty.isEmpty()) {
            return false;
        }
        List<Topic> some = empty.stream().limit(EMPTY_TOPICS).toList();
        List<Topic> gone = new ArrayList<>();
        try (PreparedStatement delete = connection.prepareStatement(
                "delete from topics where id = ? and not exists (select 1 from messages where topic = ?)")) {
            for (Topic topic : some) {
                delete.setLong(1, topic.id);
                delete.setLong(2, topic.id);
                if (topic.count() == 0 && delete.executeUpdate() > 0) {
                    topic.saved(false);
                    gone.add(topic);
                }
            }
        }
        connection.commit();
        some.forEach(empty::remove);
        gone.forEach(topics::forget);
        return true;
    }
}
