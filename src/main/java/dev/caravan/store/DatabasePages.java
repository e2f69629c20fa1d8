package dev.caravan.store;

import dev.caravan.store.Topics.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The pages of one query: what the database has, and then what still waits for it.
 *
 * <p>Where most topics match, the messages are read in the order of their ids and the others left out. Where that finds
 * too little, the ids of each matching topic are read from its index and merged ({@link TopicMerge}). Which is better is
 * not known before: topics differ in how much they hold, and when.
 */
final class DatabasePages implements MessagePages.Source {

    /** Messages to look at for one page before the way of reading is changed. */
    private static final int WALK = 20_000;

    /** With more topics than this a merge is no better. */
    private static final int MERGE_TOPICS = 5_000;

    /** Rows that come from a server at a time: each may be as large as an MQTT packet. */
    private static final int FETCH = 32;

    private final Database database;
    private final Topics topics;
    private final WriteQueue queue;
    private final MessageQuery query;
    private long next;
    private long left;
    private boolean merges;

    DatabasePages(Database database, Topics topics, WriteQueue queue, MessageQuery query) {
        this.database = database;
        this.topics = topics;
        this.queue = queue;
        this.query = query;
        this.next = query.firstId();
        this.left = query.limit();
    }

    @Override
    public List<StoredMessage> next() throws StoreException {
        // Before the database is read: what is written meanwhile is then seen twice rather than not at all.
        List<Waiting> waiting = queue.messages();
        Page page = new Page();
        if (left > 0 && next < query.to()) {
            try (Connection connection = database.openReader()) {
                read(connection, page);
            } catch (SQLException e) {
                throw database.explain(e);
            }
        }
        for (Waiting w : waiting) {
            StoredMessage m = w.message();
            boolean isAhead = m.id() >= page.next
                    && m.id() < query.to()
                    && m.id() > w.topic().cleared();
            if (isAhead && !page.isFull() && query.topics().matches(w.topic().name)) {
                page.add(m);
            }
        }
        next = page.next;
        left -= page.messages.size();
        return page.messages;
    }

    private void read(Connection connection, Page page) throws SQLException {
        List<Topic> matching = topics.matching(query.topics());
        if (matching.isEmpty()) {
            return;
        }
        boolean few = matching.size() <= MERGE_TOPICS;
        if (matching.size() == 1) {
            only(connection, page, matching.get(0));
            return;
        }
        if (!merges) {
            merges = !walk(connection, page, few ? WALK : Integer.MAX_VALUE);
        }
        if (merges) {
            new TopicMerge(connection, matching, query.to()).read(page);
        }
    }

    private void only(Connection connection, Page page, Topic topic) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select " + Rows.COLUMNS
                + " from messages where topic = ? and id >= ? and id < ? order by id limit ?")) {
            select.setFetchSize(FETCH);
            select.setLong(1, topic.id);
            select.setLong(2, Math.max(page.next, topic.cleared() + 1));
            select.setLong(3, query.to());
            select.setInt(4, page.room());
            try (ResultSet rows = select.executeQuery()) {
                while (!page.isFull() && rows.next()) {
                    page.add(Rows.get(rows, topic.name.value()));
                }
            }
        }
    }

    /** @return false where it was not worth while, and the page has room */
    private boolean walk(Connection connection, Page page, int most) throws SQLException {
        Map<Long, Optional<Topic>> known = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "select " + Rows.COLUMNS + " from messages where id >= ? and id < ? order by id limit ?")) {
            select.setFetchSize(FETCH);
            select.setLong(1, page.next);
            select.setLong(2, query.to());
            select.setInt(3, most);
            int looked = 0;
            try (ResultSet rows = select.executeQuery()) {
                while (!page.isFull() && rows.next()) {
                    looked++;
                    long id = rows.getLong(1);
                    Optional<Topic> topic = known.computeIfAbsent(rows.getLong(2), this::matching);
                    if (topic.isPresent() && id > topic.get().cleared()) {
                        page.add(Rows.get(rows, topic.get().name.value()));
                    }
                    page.next = id + 1;
                }
            }
            return page.isFull() || looked < most;
        }
    }

    private Optional<Topic> matching(long id) {
        return Optional.ofNullable(topics.numbered(id))
                .filter(topic -> query.topics().matches(topic.name));
    }

    /** A page that fills. */
    final class Page {
        private final List<StoredMessage> messages = new ArrayList<>();
        private long next = DatabasePages.this.next;
        private long bytes;

        long next() {
            return next;
        }

        int room() {
            return (int) Math.min(left, MessagePages.MAX_MESSAGES) - messages.size();
        }

        boolean isFull() {
            return room() == 0 || bytes >= MessagePages.MAX_BYTES;
        }

        void add(StoredMessage message) {
            messages.add(message);
            bytes += message.bytes();
            next = message.id() + 1;
        }
    }
}
