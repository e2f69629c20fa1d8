package dev.caravan.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Objects;
import javax.sql.DataSource;

/**
 * A database of either kind: one connection that writes, a few that read. Both kinds take the same statements, except
 * for those below. Thread-safe.
 */
abstract class Database implements AutoCloseable {

    private static final int READERS = 4;
    private static final long READER_TIMEOUT_MILLIS = 10_000;

    private final DataSource source;
    private final HikariDataSource readers;

    Database(HikariConfig config) {
        config.setPoolName("store-readers");
        config.setReadOnly(true);
        config.setMaximumPoolSize(READERS);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(READER_TIMEOUT_MILLIS);
        // The writer has connected before: there is nothing to prove.
        config.setInitializationFailTimeout(-1);
        this.source = Objects.requireNonNull(config.getDataSource());
        this.readers = new HikariDataSource(config);
    }

    /** The one that the settings name. Nothing is opened yet. */
    static Database of(StoreSettings settings) {
        return settings.url().isEmpty()
                ? new SqliteDatabase(settings.file(), settings.sync())
                : new PostgresDatabase(settings.url(), settings.user(), settings.password());
    }

    /** Names it to people, without a password. */
    abstract String describe();

    /** The folder of its scripts. */
    abstract String dialect();

    /**
     * A connection with auto-commit off that no other process may have at the same time.
     *
     * @throws StoreException where the database is not this program's to write into
     */
    abstract Connection openWriter() throws SQLException, StoreException;

    /** Whether the connection that writes no longer leads to where the database is. */
    boolean isGone() {
        return false;
    }

    /** Brings what was written to where the database went, as far as that is possible, and has nobody read there. */
    void abandon(Connection writer) throws SQLException {
        readers.getHikariPoolMXBean().softEvictConnections();
    }

    /** Whether the database refuses the data, and so would refuse it again. */
    abstract boolean refuses(SQLException failure);

    /**
     * Bytes that the messages take; what was deleted does not count.
     *
     * @param messages how many there are
     */
    abstract long bytes(Connection connection, long messages) throws SQLException;

    /** Gives some of the space of what was deleted back to the disk, where that is much. */
    abstract void shrink(Connection connection) throws SQLException;

    /** What went wrong and what to do, in one line that names the database. */
    final StoreException explain(SQLException failure) {
        // A pool tells only that it waited.
        boolean isPool = failure instanceof SQLTransientConnectionException;
        return isPool && failure.getCause() instanceof SQLException cause ? reason(cause) : reason(failure);
    }

    abstract StoreException reason(SQLException failure);

    /** A connection of its own for reading, so that a failure is told at once. */
    final Connection connectReader() throws SQLException {
        Connection connection = source.getConnection();
        try {
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** A connection for reading; close it to give it back, which ends its transaction. */
    final Connection openReader() throws SQLException {
        return readers.getConnection();
    }

    @Override
    public void close() {
        readers.close();
    }
}
