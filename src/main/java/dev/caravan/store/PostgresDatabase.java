package dev.caravan.store;

import com.zaxxer.hikari.HikariConfig;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL database. An advisory lock keeps a second program from writing into it. */
final class PostgresDatabase extends Database {

    /** The first half of the lock's number, "carv" in ASCII; the second is the schema's, as each can hold a store. */
    private static final int WRITER_LOCK = 0x63_61_72_76;

    /** Of both indexes, for each row. */
    private static final int INDEX_BYTES = 60;

    private static final int CONNECT_SECONDS = 5;
    private static final int SOCKET_SECONDS = 60;
    private static final String BUSY = "55006";

    private final String url;
    private final PGSimpleDataSource source;

    PostgresDatabase(String url, String user, String password) {
        this(url, source(url, user, password));
    }

    private PostgresDatabase(String url, PGSimpleDataSource source) {
        super(readers(source));
        this.url = url;
        this.source = source;
    }

    @Override
    String describe() {
        return url.replaceAll("\\?.*", "");
    }

    @Override
    String dialect() {
        return "postgresql";
    }

    @Override
    Connection openWriter() throws SQLException {
        Connection connection = source.getConnection();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(
                        "select pg_try_advisory_lock(" + WRITER_LOCK + ", hashtext(current_schema()))")) {
            result.next();
            if (!result.getBoolean(1)) {
                throw new SQLException("another instance writes into it; give each a database of its own", BUSY);
            }
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** The newest messages times how many there are: the files of the tables do not shrink when rows are deleted. */
    @Override
    long bytes(Connection connection, long messages) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select avg(pg_column_size(m.*)) from"
                        + " (select * from messages order by id desc limit 1000) m")) {
            result.next();
            return (long) (messages * (result.getDouble(1) + INDEX_BYTES));
        }
    }

    @Override
    void shrink(Connection connection) {
        // Autovacuum does.
    }

    @Override
    StoreException explain(SQLException failure) {
        // The message of a batch holds the statement with its values, payloads among them.
        SQLException next = failure.getNextException();
        boolean isBatch = failure instanceof BatchUpdateException && next != null;
        String why = String.valueOf((isBatch ? next : failure).getMessage());
        return new StoreException(describe() + ": " + why.replaceAll("\\s+", " "), failure);
    }

    private static PGSimpleDataSource source(String url, String user, String password) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        if (!user.isEmpty()) {
            source.setUser(user);
        }
        if (!password.isEmpty()) {
            source.setPassword(password);
        }
        source.setApplicationName("caravan");
        source.setConnectTimeout(CONNECT_SECONDS);
        source.setSocketTimeout(SOCKET_SECONDS);
        source.setTcpKeepAlive(true);
        source.setReWriteBatchedInserts(true);
        return source;
    }

    private static HikariConfig readers(PGSimpleDataSource source) {
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(source);
        // With auto-commit the driver ignores the fetch size and brings a whole result into memory.
        pool.setAutoCommit(false);
        return pool;
    }
}
