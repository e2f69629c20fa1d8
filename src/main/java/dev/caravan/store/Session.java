package dev.caravan.store;

import dev.caravan.store.Topics.Topic;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;

/** The writer's connection with its statements. Not thread-safe: the writer's thread makes, uses and closes it. */
final class Session implements AutoCloseable {

    private final Connection connection;
    private final PreparedStatement insertMessage;
    private final PreparedStatement insertTopic;

    Session(Connection connection) throws SQLException {
        this.connection = connection;
        this.insertMessage = connection.prepareStatement(Rows.INSERT);
        this.insertTopic = connection.prepareStatement(
                "insert into topics (id, name, cleared) values (?, ?, ?) on conflict (id) do nothing");
    }

    Connection connection() {
        return connection;
    }

    /** Writes all of it in one transaction; after a failure nothing of it is written. */
    void write(WriteQueue.Batch batch) throws SQLException {
        Set<Topic> fresh = new LinkedHashSet<>();
        for (Waiting waiting : batch.messages()) {
            if (!waiting.topic().isSaved()) {
                fresh.add(waiting.topic());
            }
            Rows.set(insertMessage, waiting);
            insertMessage.addBatch();
        }
        for (Topic topic : fresh) {
            insertTopic.setLong(1, topic.id);
            insertTopic.setString(2, topic.name.value());
            insertTopic.setLong(3, topic.cleared());
            insertTopic.addBatch();
        }
        if (!fresh.isEmpty()) {
            insertTopic.executeBatch();
        }
        if (!batch.messages().isEmpty()) {
            insertMessage.executeBatch();
        }
        for (Work work : batch.work()) {
            work.step().run(connection);
        }
        connection.commit();
        fresh.forEach(topic -> topic.saved(true));
    }

    /** After a failure: the next transaction can begin. */
    void rollback() throws SQLException {
        insertTopic.clearBatch();
        insertMessage.clearBatch();
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
