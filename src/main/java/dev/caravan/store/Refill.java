package dev.caravan.store;

import dev.caravan.store.Topics.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What memory is filled with when the store opens: the newest messages of each topic, found by the topic's index, as many
 * as a start has time for.
 *
 * @param messages oldest first
 * @param sourceIds of the newest messages, oldest first
 * @param lastId the greatest id that the database tells of: of a message, or of one that a consumer has acknowledged or
 *     that was cleared
 */
record Refill(List<StoredMessage> messages, List<String> sourceIds, long lastId) {

    /** More than a broker may have sent without an acknowledgement: the window of the shipped route is 8,000. */
    static final int SOURCE_IDS = 20_000;

    private static final long GAP = 60_000_000;

    /** The most messages that a start may wait for; of each topic at least one, where its bounds allow. */
    private static final int MOST = 10_000;

    private record Newest(Topic topic, long id) {}

    /**
     * An id that no reader of an earlier run has seen a greater one of. It may have seen messages that the database did
     * not get before a kill or a loss of power. Where the clock says less than the last id, it has gone back, and new
     * ids begin one minute after that; otherwise the clock is past all of them.
     */
    long lastSeen(long now) {
        return lastId == Long.MIN_VALUE || now > lastId ? lastId : lastId + GAP;
    }

    static Refill read(Connection connection, Topics topics, StoreBounds bounds) throws SQLException {
        List<StoredMessage> messages = new ArrayList<>();
        long bytes = 0;
        String sql = "select " + Rows.COLUMNS + " from messages where topic = ? and id > ? order by id desc limit ?";
        List<Newest> newestFirst = newest(connection, topics);
        int shown = Math.max(1, Math.min(newestFirst.size(), bounds.topics()));
        int each = Math.max(1, Math.min(bounds.messagesPerTopic(), MOST / shown));
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            for (Newest newest : newestFirst.subList(0, Math.min(newestFirst.size(), shown))) {
                if (bytes >= bounds.bytes()) {
                    break;
                }
                select.setLong(1, newest.topic.id);
                select.setLong(2, newest.topic.cleared());
                select.setInt(3, each);
                try (ResultSet rows = select.executeQuery()) {
                    while (rows.next() && bytes < bounds.bytes()) {
                        StoredMessage message = Rows.get(rows, newest.topic.name.value());
                        messages.add(message);
                        bytes += message.bytes();
                    }
                }
            }
        }
        messages.sort(Comparator.comparingLong(StoredMessage::id));
        return new Refill(messages, sourceIds(connection), lastId(connection));
    }

    /** Topics that have a message, the one written to last first. */
    private static List<Newest> newest(Connection connection, Topics topics) throws SQLException {
        List<Newest> newest = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("select max(id) from messages where topic = ?")) {
            for (Topic topic : topics.all()) {
                select.setLong(1, topic.id);
                try (ResultSet row = select.executeQuery()) {
                    if (row.next() && row.getLong(1) > topic.cleared()) {
                        newest.add(new Newest(topic, row.getLong(1)));
                    }
                }
            }
        }
        newest.sort(Comparator.comparingLong(Newest::id).reversed());
        return newest;
    }

    private static List<String> sourceIds(Connection connection) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select source_id from (select id, source_id from messages order" + " by id desc limit "
                                + SOURCE_IDS + ") newest where source_id is not null order by id")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }

    private static long lastId(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select max(last) from"
                        + " (select max(id) as last from messages union all select max(position) from consumers"
                        + " union all select max(cleared) from topics where cleared > 0) ids")) {
            row.next();
            long max = row.getLong(1);
            return row.wasNull() ? Long.MIN_VALUE : max;
        }
    }
}
