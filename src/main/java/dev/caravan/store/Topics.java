package dev.caravan.store;

import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The topics that the database knows, by name and by number, so that a Topic Filter is matched in memory. Thread-safe.
 */
final class Topics {

    /** A topic of the database. */
    static final class Topic {
        final long id;
        final TopicName name;
        /** Messages up to this id are gone. */
        private volatile long cleared;
        /** Whether the database has it; the writer's. */
        private boolean saved;
        /** Messages in the database; the writer counts. */
        private volatile long count;
        /** Messages that wait for the database. Guarded by the topics. */
        private int waiting;

        Topic(long id, TopicName name, long cleared, boolean saved) {
            this.id = id;
            this.name = name;
            this.cleared = cleared;
            this.saved = saved;
        }

        long cleared() {
            return cleared;
        }

        void clear(long upTo) {
            cleared = upTo;
        }

        boolean isSaved() {
            return saved;
        }

        void saved(boolean isSaved) {
            saved = isSaved;
        }

        long count() {
            return count;
        }

        /** Called by the writer alone. */
        @SuppressWarnings("NonAtomicOperationOnVolatileField")
        void count(long more) {
            count = count + more;
        }
    }

    private final Map<String, Topic> byName = new ConcurrentHashMap<>();
    private final Map<Long, Topic> byId = new ConcurrentHashMap<>();
    private long lastId;
    private volatile long written = Long.MIN_VALUE;

    static Topics load(Connection connection) throws SQLException {
        Topics topics = new Topics();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id, name, cleared from topics")) {
            while (rows.next()) {
                Topic topic = new Topic(rows.getLong(1), new TopicName(rows.getString(2)), rows.getLong(3), true);
                topics.add(topic);
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select max(topic) from messages")) {
            row.next();
            topics.lastId = Math.max(topics.lastId, row.getLong(1));
        }
        return topics;
    }

    /** The topic of a message that is about to wait; a new topic is saved with its first message. */
    synchronized Topic enter(String name) {
        Topic topic = byName.get(name);
        if (topic == null) {
            topic = new Topic(lastId + 1, new TopicName(name), 0, false);
            add(topic);
        }
        topic.waiting++;
        return topic;
    }

    /** Messages that wait no more. */
    synchronized void leave(List<Waiting> messages) {
        for (Waiting waiting : messages) {
            waiting.topic().waiting--;
        }
    }

    /** The newest message that the database had for certain. */
    long written() {
        return written;
    }

    void written(long id) {
        written = id;
    }

    /** Forgets a topic that the database no longer has, unless a message of it waits. */
    synchronized void forget(Topic topic) {
        if (topic.waiting == 0 && topic.count == 0) {
            byName.remove(topic.name.value(), topic);
            byId.remove(topic.id);
        }
    }

    private void add(Topic topic) {
        lastId = Math.max(lastId, topic.id);
        byId.put(topic.id, topic);
        byName.put(topic.name.value(), topic);
    }

    @Nullable
    Topic named(String name) {
        return byName.get(name);
    }

    @Nullable
    Topic numbered(long id) {
        return byId.get(id);
    }

    Collection<Topic> all() {
        return byName.values();
    }

    List<Topic> matching(TopicFilter filter) {
        List<Topic> matching = new ArrayList<>();
        if (!filter.hasWildcard()) {
            Topic topic = byName.get(filter.value());
            if (topic != null) {
                matching.add(topic);
            }
            return matching;
        }
        for (Topic topic : byName.values()) {
            if (filter.matches(topic.name)) {
                matching.add(topic);
            }
        }
        return matching;
    }
}
