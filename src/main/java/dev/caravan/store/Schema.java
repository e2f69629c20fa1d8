package dev.caravan.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The tables of the database, brought up to date by numbered scripts. Each script and the note that it ran are one
 * transaction, so that a script is in the database wholly or not at all. Immutable.
 */
final class Schema {

    /** That of this version of the program. */
    static final Schema CURRENT = new Schema(List.of("V1__messages.sql"));

    private static final List<String> TABLES = List.of("messages", "topics", "consumers");

    private final List<String> scripts;

    /** @param scripts of both kinds of database, in order; the first is version 1 */
    Schema(List<String> scripts) {
        this.scripts = List.copyOf(scripts);
    }

    /**
     * Changes nothing.
     *
     * @throws StoreException where a newer program wrote the database, or another one
     */
    void demandOurs(Connection connection, Database database) throws SQLException, StoreException {
        if (!hasTable(connection, "schema_version")) {
            for (String table : TABLES) {
                if (hasTable(connection, table)) {
                    throw new StoreException(database.describe() + " has a table '" + table
                            + "' of another program; name another database, or move it away");
                }
            }
            return;
        }
        int version = version(connection);
        if (version > scripts.size()) {
            throw new StoreException(database.describe()
                    + " was written by a newer version of this program (schema "
                    + version + ", this one knows " + scripts.size() + "); start that version, or use another data"
                    + " folder");
        }
    }

    private static boolean hasTable(Connection connection, String name) throws SQLException {
        String schema = connection.getSchema();
        try (ResultSet rows = connection.getMetaData().getTables(null, schema, name, null)) {
            while (rows.next()) {
                boolean isHere = schema == null || schema.equals(rows.getString("TABLE_SCHEM"));
                if (isHere && name.equals(rows.getString("TABLE_NAME"))) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * @param connection with auto-commit off
     * @return whether there was nothing before
     * @throws StoreException where a script fails: it has changed nothing
     */
    boolean migrate(Connection connection, Database database) throws SQLException, StoreException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create table if not exists schema_version (version integer primary key)");
            int version = version(statement);
            for (int next = version; next < scripts.size(); next++) {
                String script = database.dialect() + "/" + scripts.get(next);
                try {
                    for (String sql : statements(script)) {
                        statement.execute(sql);
                    }
                    statement.execute("insert into schema_version values (" + (next + 1) + ")");
                    connection.commit();
                } catch (SQLException e) {
                    try {
                        connection.rollback();
                    } catch (SQLException second) {
                        e.addSuppressed(second); // A connection that is lost is rolled back by the database.
                    }
                    throw new StoreException(
                            database.explain(e).getMessage() + " (in " + script + "; the database stays at schema "
                                    + next + ")",
                            e);
                }
            }
            connection.commit();
            return version == 0;
        }
    }

    /**
     * Changes nothing.
     *
     * @throws StoreException where the tables are not those of this version
     */
    void demandCurrent(Connection connection, Database database) throws SQLException, StoreException {
        if (!hasTable(connection, "schema_version")) {
            throw new StoreException(database.describe() + " is no message store: it has no table 'schema_version'");
        }
        int version = version(connection);
        if (version != scripts.size()) {
            throw new StoreException(
                    database.describe() + " has schema " + version + ", this version knows " + scripts.size() + "; "
                            + (version < scripts.size() ? "start the program once" : "use the newer one"));
        }
    }

    private static int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return version(statement);
        }
    }

    private static int version(Statement statement) throws SQLException {
        try (ResultSet result = statement.executeQuery("select coalesce(max(version), 0) from schema_version")) {
            result.next();
            return result.getInt(1);
        }
    }

    private static List<String> statements(String script) {
        try (InputStream in = Schema.class.getResourceAsStream(script)) {
            if (in == null) {
                throw new IllegalStateException("not in the jar: " + script);
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)--.*$", "");
            return List.of(text.strip().split(";\\s*"));
        } catch (IOException e) {
            throw new IllegalStateException("not readable in the jar: " + script, e);
        }
    }
}
