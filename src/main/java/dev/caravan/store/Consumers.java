package dev.caravan.store;

import dev.caravan.topic.TopicFilter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** How far consumers have acknowledged, in the database. Reads here; what writes is {@link Work.Step} of the one writer. Thread-safe. */
final class Consumers {

    /** Rows that come from a server at a time. */
    private static final int FETCH = 100;

    private static final String POSITION = "select position from consumers where consumer = ? and filter = ?";

    private final Database database;

    Consumers(Database database) {
        this.database = database;
    }

    OptionalLong position(String consumer, TopicFilter filter) throws StoreException {
        try (Connection connection = database.openReader();
                PreparedStatement select = connection.prepareStatement(POSITION)) {
            return position(select, consumer, filter);
        } catch (SQLException e) {
            throw database.explain(e);
        }
    }

    private static OptionalLong position(PreparedStatement select, String consumer, TopicFilter filter)
            throws SQLException {
        select.setString(1, consumer);
        select.setString(2, filter.value());
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        }
    }

    ConsumerList list() throws StoreException {
        ConsumerList.Builder list = new ConsumerList.Builder();
        try (Connection connection = database.openReader();
                Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH);
            try (ResultSet rows = statement.executeQuery(
                    "select consumer, filter, position from consumers order by consumer, filter")) {
                boolean fits = true;
                while (fits && rows.next()) {
                    fits = list.add(new ConsumerPosition(
                            rows.getString(1), new TopicFilter(rows.getString(2)), rows.getLong(3)));
                }
            }
        } catch (SQLException e) {
            throw database.explain(e);
        }
        return list.build();
    }

    /**
     * A new consumer is left out where there are {@link MessageStore#MAX_CONSUMERS} already.
     *
     * @param reached gets where the consumer is then, null where it was left out
     */
    static Work.Step acknowledge(
            String consumer, TopicFilter filter, long id, AtomicReference<@Nullable Long> reached) {
        return connection -> {
            // Nobody else writes, and so nothing comes between the two.
            try (PreparedStatement update = connection.prepareStatement("update consumers set position ="
                            + " case when position > ? then position else ? end where consumer = ? and filter = ?");
                    PreparedStatement insert =
                            connection.prepareStatement("insert into consumers (consumer, filter, position)"
                                    + " select ?, ?, ? where (select count(*) from consumers) < ?")) {
                update.setLong(1, id);
                update.setLong(2, id);
                update.setString(3, consumer);
                update.setString(4, filter.value());
                if (update.executeUpdate() == 0) {
                    insert.setString(1, consumer);
                    insert.setString(2, filter.value());
                    insert.setLong(3, id);
                    insert.setLong(4, MessageStore.MAX_CONSUMERS);
                    reached.set(insert.executeUpdate() == 0 ? null : id);
                    return;
                }
            }
            try (PreparedStatement select = connection.prepareStatement(POSITION)) {
                OptionalLong position = position(select, consumer, filter);
                reached.set(position.isPresent() ? position.getAsLong() : null);
            }
        };
    }

    /**
     * @param filter null for all of the consumer's
     * @param forgotten gets how many positions there were
     */
    static Work.Step forget(String consumer, @Nullable TopicFilter filter, AtomicInteger forgotten) {
        return connection -> {
            try (PreparedStatement delete = connection.prepareStatement(
                    "delete from consumers where consumer = ?" + (filter == null ? "" : " and filter = ?"))) {
                delete.setString(1, consumer);
                if (filter != null) {
                    delete.setString(2, filter.value());
                }
                forgotten.set(delete.executeUpdate());
            }
        };
    }
}
