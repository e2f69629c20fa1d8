package dev.caravan.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * A database of either kind: one connection that writes, a few that read. Both kinds take the same statements, except
 * for those below. Thread-safe.
 */
abstract class Database implements AutoCloseable {

    private static final int READERS = 4;
    private static final long READER_TIMEOUT_MILLIS = 10_000;

    private final HikariDataSource readers;

    Database(HikariConfig config) {
        config.setPoolName("store-readers");
        config.setReadOnly(true);
        config.setMaximumPoolSize(READERS);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(READER_TIMEOUT_MILLIS);
        // The writer has connected before: there is nothing to prove.
        config.setInitializationFailTimeout(-1);
        this.readers = new HikariDataSource(config);
    }

    /** Names it to people, without a password. */
    abstract String describe();

    /** The folder of its scripts. */
    abstract String dialect();

    /** A connection with auto-commit off that no other process may have at the same time. */
    abstract Connection openWriter() throws SQLException;

    /**
     * Bytes that the messages take; what was deleted does not count.
     *
     * @param messages how many there are
     */
    abstract long bytes(Connection connection, long messages) throws SQLException;

    /** Gives some of the space of what was deleted back to the disk, where that is much. */
    abstract void shrink(Connection connection) throws SQLException;

    /** What went wrong and what to do, in one line that names the database. */
    abstract StoreException explain(SQLException failure);

    /** A connection for reading; close it to give it back, which ends its transaction. */
    final Connection openReader() throws SQLException {
        return readers.getConnection();
    }

    @Override
    public void close() {
        readers.close();
    }
}
