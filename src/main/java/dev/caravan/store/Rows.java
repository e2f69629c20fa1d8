package dev.caravan.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A message as a row of the table {@code messages}, there and back. */
final class Rows {

    /** A commit whose answer was lost is tried again: what it wrote is there already then. */
    static final String INSERT = "insert into messages (id, topic, qos, retained, publisher, content_type, payload,"
            + " user_properties, source_id) values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing";

    static final String COLUMNS = "id, topic, qos, retained, publisher, content_type, payload, user_properties";

    private static final byte[] EMPTY = {};

    private Rows() {}

    static void set(PreparedStatement insert, Waiting waiting) throws SQLException {
        StoredMessage m = waiting.message();
        insert.setLong(1, m.id());
        insert.setLong(2, waiting.topic().id);
        insert.setInt(3, m.qos());
        insert.setInt(4, m.retained() ? 1 : 0);
        insert.setString(5, m.publisher());
        insert.setString(6, m.contentType());
        insert.setBytes(7, m.payload());
        insert.setString(8, UserProperties.write(m.userProperties()));
        insert.setString(9, waiting.sourceId());
    }

    /** The row that {@code rows} stands at, with {@link #COLUMNS}. */
    static StoredMessage get(ResultSet rows, String topic) throws SQLException {
        long id = rows.getLong(1);
        byte[] payload = rows.getBytes(7);
        return new StoredMessage(
                id,
                topic,
                payload == null ? EMPTY : payload,
                id,
                rows.getString(5),
                rows.getInt(3),
                rows.getInt(4) != 0,
                rows.getString(6),
                UserProperties.read(rows.getString(8)));
    }
}
