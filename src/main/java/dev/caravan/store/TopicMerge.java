package dev.caravan.store;

import dev.caravan.store.Topics.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.PriorityQueue;

/** Reads the messages of some topics in the order of their ids, by the index of topics. For one page. */
final class TopicMerge {

    private static final int LEAST_IDS = 4;

    private final Connection connection;
    private final List<Topic> topics;
    private final long to;

    TopicMerge(Connection connection, List<Topic> topics, long to) {
        this.connection = connection;
        this.topics = topics;
        this.to = to;
    }

    void read(DatabasePages.Page page) throws SQLException {
        int chunk = Math.max(LEAST_IDS, 2 * page.room() / topics.size());
        PriorityQueue<Run> runs = new PriorityQueue<>();
        try (PreparedStatement ids = connection.prepareStatement(
                        "select id from messages where topic = ? and id >= ? and id < ? order by id limit " + chunk);
                PreparedStatement row =
                        connection.prepareStatement("select " + Rows.COLUMNS + " from messages where id = ?")) {
            for (Topic topic : topics) {
                Run run = new Run(topic, chunk);
                if (run.fill(ids, page.next(), to)) {
                    runs.add(run);
                }
            }
            while (!runs.isEmpty() && !page.isFull()) {
                Run run = runs.remove();
                add(page, row, run);
                if (run.advance() || (run.isCut() && run.fill(ids, run.lastId() + 1, to))) {
                    runs.add(run);
                }
            }
        }
    }

    private static void add(DatabasePages.Page page, PreparedStatement select, Run run) throws SQLException {
        select.setLong(1, run.head());
        try (ResultSet rows = select.executeQuery()) {
            // Deleted since its id was read, where there is none.
            if (rows.next()) {
                page.add(Rows.get(rows, run.topic.name.value()));
            }
        }
    }

    /** The next ids of one topic. */
    private static final class Run implements Comparable<Run> {
        private final Topic topic;
        private final long[] ids;
        private int size;
        private int at;

        Run(Topic topic, int chunk) {
            this.topic = topic;
            this.ids = new long[chunk];
        }

        boolean fill(PreparedStatement select, long from, long to) throws SQLException {
            select.setLong(1, topic.id);
            select.setLong(2, Math.max(from, topic.cleared() + 1));
            select.setLong(3, to);
            size = 0;
            at = 0;
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ids[size++] = rows.getLong(1);
                }
            }
            return size > 0;
        }

        long head() {
            return ids[at];
        }

        long lastId() {
            return ids[size - 1];
        }

        boolean advance() {
            at++;
            return at < size;
        }

        /** Whether the database may have more than was asked for. */
        boolean isCut() {
            return size == ids.length;
        }

        @Override
        public int compareTo(Run other) {
            return Long.compare(head(), other.head());
        }
    }
}
