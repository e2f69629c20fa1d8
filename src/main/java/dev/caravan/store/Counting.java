package dev.caravan.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the messages of earlier runs once, on a thread of its own, as that takes longer than a start may. */
final class Counting implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Counting.class);
    private static final long PAUSE_MILLIS = 5_000;

    private final Database database;
    private final long upTo;
    private final Consumer<Map<Long, Long>> whenCounted;
    private final Thread thread = new Thread(this::run, "store-count");

    /**
     * @param upTo the last message to count
     * @param whenCounted gets the messages of each topic that has some, on the thread of this
     */
    Counting(Database database, long upTo, Consumer<Map<Long, Long>> whenCounted) {
        this.database = database;
        this.upTo = upTo;
        this.whenCounted = whenCounted;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (true) {
                try {
                    whenCounted.accept(count());
                    return;
                } catch (SQLException e) {
                    LOG.atDebug().setCause(e).log("The messages of the store cannot be counted now");
                    Thread.sleep(PAUSE_MILLIS);
                }
            }
        } catch (RejectedExecutionException closed) {
            LOG.atDebug().log("The message store closed before its messages were counted");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Map<Long, Long> count() throws SQLException {
        Map<Long, Long> byTopic = new HashMap<>();
        try (Connection connection = database.openReader();
                PreparedStatement select = connection.prepareStatement(
                        "select topic, count(*) from messages where id <= ? group by topic")) {
            select.setLong(1, upTo);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    byTopic.put(rows.getLong(1), rows.getLong(2));
                }
            }
        }
        return byTopic;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
