package dev.caravan.store;

import dev.caravan.store.Topics.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The pages of one query: what the database has, and then what still waits for it. */
final class DatabasePages implements MessagePages.Source {

    private final Database database;
    private final Topics topics;
    private final WriteQueue queue;
    private final MessageQuery query;
    private long next;
    private long left;

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
        try (Connection connection = database.openReader()) {
            read(connection, page);
        } catch (SQLException e) {
            throw database.explain(e);
        }
        if (!page.isFull()) {
            for (Waiting w : waiting) {
                StoredMessage m = w.message();
                boolean isAhead = m.id() >= next
                        && m.id() < query.to()
                        && m.id() > w.topic().cleared();
                if (isAhead && !page.isFull() && query.topics().matches(w.topic().name)) {
                    page.add(m);
                }
            }
        }
        return page.messages;
    }

    private void read(Connection connection, Page page) throws SQLException {
        List<Topic> matching = topics.matching(query.topics());
        boolean one = matching.size() == 1;
        if (matching.isEmpty()) {
            return;
        }
        String sql = "select " + Rows.COLUMNS + " from messages where id >= ? and id < ?"
                + (one ? " and topic = ?" : "") + " order by id";
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, next);
            select.setLong(2, query.to());
            if (one) {
                select.setLong(3, matching.get(0).id);
            }
            try (ResultSet rows = select.executeQuery()) {
                while (!page.isFull() && rows.next()) {
                    Topic topic = topics.numbered(rows.getLong(2));
                    if (topic != null
                            && rows.getLong(1) > topic.cleared()
                            && query.topics().matches(topic.name)) {
                        page.add(Rows.get(rows, topic.name.value()));
                    }
                }
            }
        }
    }

    /** A page that fills. */
    private final class Page {
        final List<StoredMessage> messages = new ArrayList<>();
        private long bytes;

        boolean isFull() {
            return left == 0 || messages.size() == MessagePages.MAX_MESSAGES || bytes >= MessagePages.MAX_BYTES;
        }

        void add(StoredMessage message) {
            messages.add(message);
            bytes += message.payload().length;
            next = message.id() + 1;
            left--;
        }
    }
}
