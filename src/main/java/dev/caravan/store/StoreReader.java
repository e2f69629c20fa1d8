package dev.caravan.store;

import java.nio.file.Files;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * Reads a store's database beside the program that writes it, or while nobody does. It creates, changes and locks nothing.
 * Topics that come after it was opened are not seen. Thread-safe; whoever opens it closes it.
 */
public final class StoreReader implements AutoCloseable {

    private static final WriteQueue NOTHING_WAITS = new WriteQueue(1);

    private final Database database;
    private final Topics topics;

    private StoreReader(Database database, Topics topics) {
        this.database = database;
        this.topics = topics;
    }

    /**
     * From the oldest to the newest message.
     *
     * @param first the least id
     * @param last the greatest id
     */
    public record Span(long first, long last) {}

    /** @throws StoreException where there is no database, or none that this program can read */
    public static StoreReader open(StoreSettings settings) throws StoreException {
        if (settings.url().isEmpty() && !Files.isRegularFile(settings.file())) {
            throw new StoreException("there is no message store at " + settings.file()
                    + ": 'data.directory' names the folder that a running program keeps it in");
        }
        Database database = Database.of(settings);
        try (Connection connection = database.connectReader()) {
            Schema.CURRENT.demandCurrent(connection, database);
            return new StoreReader(database, Topics.load(connection));
        } catch (SQLException e) {
            StoreException explained = database.explain(e);
            database.close();
            throw explained;
        } catch (StoreException | RuntimeException e) {
            database.close();
            throw e;
        }
    }

    /** Every message kept that matches, page by page. */
    public MessagePages query(MessageQuery query) {
        return new MessagePages(new DatabasePages(database, topics, NOTHING_WAITS, query));
    }

    /** Empty where there is no message. */
    public Optional<Span> span() throws StoreException {
        try (Connection connection = database.openReader();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select (select min(id) from messages), (select max(id) from messages)")) {
            row.next();
            Span span = new Span(row.getLong(1), row.getLong(2));
            return row.wasNull() ? Optional.empty() : Optional.of(span);
        } catch (SQLException e) {
            throw database.explain(e);
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
