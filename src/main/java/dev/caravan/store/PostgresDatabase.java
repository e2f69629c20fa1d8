package dev.caravan.store;

import com.zaxxer.hikari.HikariConfig;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PostgreSQL database. An advisory lock keeps a second program from writing into it. */
final class PostgresDatabase extends Database {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresDatabase.class);

    /** The first half of the lock's number, "carv" in ASCII; the second is the schema's, as each can hold a store. */
    private static final int WRITER_LOCK = 0x63_61_72_76;

    /** Of both indexes, for each row. */
    private static final int INDEX_BYTES = 60;

    private static final int CONNECT_SECONDS = 5;
    private static final int SOCKET_SECONDS = 60;
    private static final String BUSY = "55006";

    /** Has the server end a session within half a minute whose program it cannot reach, and with it the lock. */
    private static final List<String> KEEPALIVE = List.of(
            "set tcp_keepalives_idle = 10",
            "set tcp_keepalives_interval = 5",
            "set tcp_keepalives_count = 3",
            "set tcp_user_timeout = 20000");

    /** SQLSTATE classes: data exception, integrity constraint violation, program limit exceeded. */
    private static final Set<String> DATA = Set.of("22", "23", "54");

    private final String url;
    private final PGSimpleDataSource source;
    /** The last session that wrote, as the server tells it; null before the first. */
    private @Nullable Backend backend;

    /**
     * A session of the server.
     *
     * @param pid its process, whose number is used again
     * @param start when it began
     */
    private record Backend(int pid, String start) {}

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
    Connection openWriter() throws SQLException, StoreException {
        Connection connection = source.getConnection();
        try (Statement statement = connection.createStatement()) {
            keepAlive(statement);
            endLast(connection);
            if (!isTrue(statement, "select pg_try_advisory_lock(" + WRITER_LOCK + ", hashtext(current_schema()))")) {
                throw new SQLException(
                        "another instance writes into it" + holder(statement) + "; give each a schema of its own",
                        BUSY);
            }
            backend = backend(statement);
            Schema.CURRENT.demandOurs(connection, this);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException | StoreException e) {
            connection.close();
            throw e;
        }
    }

    private static void keepAlive(Statement statement) {
        for (String sql : KEEPALIVE) {
            try {
                statement.execute(sql);
            } catch (SQLException e) {
                LOG.atDebug().addKeyValue("statement", sql).setCause(e).log("The server does not know this");
            }
        }
    }

    /** A connection that was cut on one side only lives on at the server, and holds the lock. */
    private void endLast(Connection connection) throws SQLException {
        Backend last = backend;
        if (last == null) {
            return;
        }
        try (PreparedStatement end = connection.prepareStatement(
                "select pg_terminate_backend(pid) from pg_stat_activity where pid = ? and backend_start::text = ?")) {
            end.setInt(1, last.pid);
            end.setString(2, last.start);
            end.executeQuery().close();
        }
    }

    private static Backend backend(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(
                "select pid, backend_start::text from pg_stat_activity where pid = pg_backend_pid()")) {
            row.next();
            return new Backend(row.getInt(1), row.getString(2));
        }
    }

    private static boolean isTrue(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            return result.next() && result.getBoolean(1);
        }
    }

    private static String holder(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select a.pid, coalesce(host(a.client_addr), 'its own machine')"
                + " from pg_locks l join pg_stat_activity a on a.pid = l.pid"
                + " where l.locktype = 'advisory' and l.granted and l.objsubid = 2 and l.classid = " + WRITER_LOCK
                + " and l.objid::bigint = (hashtext(current_schema())::bigint & 4294967295)"
                + " and a.datname = current_database()")) {
            return row.next() ? " (server process " + row.getInt(1) + " for " + row.getString(2) + ")" : "";
        }
    }

    @Override
    boolean refuses(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        return state.length() == 5 && DATA.contains(state.substring(0, 2));
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
    StoreException reason(SQLException failure) {
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
        // Otherwise the pool asks its first connection; where that is cut meanwhile, it sets level -1 on all later ones
        // (6.3.0).
        pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        return pool;
    }
}
