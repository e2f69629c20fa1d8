package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {

    @TempDir
    Path folder;

    private final Topics topics = new Topics();
    private Database database;
    private Connection connection;
    private Retention retention;

    @BeforeEach
    void keepTooMany() throws Exception {
        database = new SqliteDatabase(folder.resolve("messages.db"), false);
        connection = database.openWriter();
        Schema.CURRENT.migrate(connection, database);
        List<Waiting> messages = new ArrayList<>();
        long start = MessageStore.micros(InstantSource.system());
        for (int i = 0; i < 250; i++) {
            long id = start + i;
            StoredMessage m = new StoredMessage(id, "one", new byte[0], id, "p", 1, false, null, List.of());
            messages.add(new Waiting(m, topics.enter("one"), null, 0, new CompletableFuture<>()));
        }
        new Session(connection).write(new WriteQueue.Batch(messages, List.of()));
        topics.leave(messages);
        retention = new Retention(
                database,
                topics,
                new StoreLimits(100, 1_000_000, 1L << 40, Duration.ofDays(30)),
                InstantSource.system());
        retention.count(Map.of());
        retention.count(messages);
    }

    @AfterEach
    void close() throws Exception {
        connection.close();
        database.close();
    }

    @Test
    void countsWhatACommitHasDeletedAndNothingElse() throws Exception {
        assertThatThrownBy(() -> stepAll(failing(false))).hasMessage("full");
        assertThat(rows("messages")).isEqualTo(250);

        stepAll(connection);

        assertThat(rows("messages")).isEqualTo(100);
        assertThat(one().count()).isEqualTo(100);
    }

    @Test
    void countsAgainWhereTheAnswerToACommitWasLost() throws Exception {
        assertThatThrownBy(() -> stepAll(failing(true))).hasMessage("full");
        assertThat(rows("messages")).isEqualTo(100);

        stepAll(connection);

        assertThat(rows("messages")).isEqualTo(100);
        assertThat(one().count()).isEqualTo(100);
    }

    @Test
    void aTopicWithMessagesIsNeverForgotten() throws Exception {
        one().count(-250);
        Retention wrong = new Retention(
                database, topics, new StoreLimits(0, 1_000, 1L << 40, Duration.ofDays(30)), InstantSource.system());
        wrong.count(Map.of());

        for (int i = 0; i < 5; i++) {
            wrong.step(connection);
        }

        assertThat(rows("topics")).isEqualTo(1);
        assertThat(topics.named("one")).isNotNull();
    }

    @Test
    void numbersOfTopicsGoOnAboveThoseOfMessages() throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute("delete from topics");
        }

        assertThat(Topics.load(connection).enter("two").id).isEqualTo(2);
    }

    private Topics.Topic one() {
        return Objects.requireNonNull(topics.named("one"));
    }

    private void stepAll(Connection used) throws SQLException {
        while (retention.step(used)) {}
    }

    /** Its commits of deleted rows fail. */
    private Connection failing(boolean butCommits) {
        return (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("commit") && rows("messages") < 250) {
                        if (butCommits) {
                            connection.commit();
                        } else {
                            connection.rollback();
                        }
                        throw new SQLException("full");
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private long rows(String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from " + table)) {
            row.next();
            return row.getLong(1);
        }
    }
}
