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

        void saved() {
            saved = true;
        }
    }

    private final Map<String, Topic> byName = new ConcurrentHashMap<>();
    private final Map<Long, Topic> byId = new ConcurrentHashMap<>();
    private long lastId;

    static Topics load(Connection connection) throws SQLException {
        Topics topics = new Topics();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select id, name, cleared from topics")) {
            while (rows.next()) {
                Topic topic = new Topic(rows.getLong(1), new TopicName(rows.getString(2)), rows.getLong(3), true);
                topics.add(topic);
            }
        }
        return topics;
    }

    /** The topic of a name; a new one is saved with its first message. */
    Topic of(String name) {
        Topic known = byName.get(name);
        if (known == null) {
            synchronized (this) {
                known = byName.get(name);
                if (known == null) {
                    known = new Topic(lastId + 1, new TopicName(name), 0, false);
                    add(known);
                }
            }
        }
        return known;
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
