package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A store in the PostgreSQL that {@code CARAVAN_TEST_POSTGRES_URL} names, each test in a schema of its own. */
class PostgresMessageStoreTest extends MessageStoreContract {

    private static final String URL = System.getenv().getOrDefault("CARAVAN_TEST_POSTGRES_URL", "");

    private final String schema = "test_" + UUID.randomUUID().toString().replace("-", "");

    @BeforeAll
    static void demandAServer() {
        boolean isPromised = "true".equals(System.getenv("CI"));
        if (isPromised) {
            assertThat(URL).as("CARAVAN_TEST_POSTGRES_URL").isNotEmpty();
        }
        assumeTrue(!URL.isEmpty(), "no PostgreSQL: CARAVAN_TEST_POSTGRES_URL is not set");
    }

    @Override
    StoreSettings settings(StoreLimits limits) throws Exception {
        execute("create schema if not exists " + schema);
        return settings(limits, URL + "?currentSchema=" + schema);
    }

    private static StoreSettings settings(StoreLimits limits, String url) {
        return new StoreSettings(Path.of("unused"), url, user(), password(), limits, 10_000, true);
    }

    @Override
    void dropDatabase() throws Exception {
        execute("drop schema " + schema + " cascade");
    }

    @Test
    void refusesASecondWriter() {
        assertThatThrownBy(
                        () -> MessageStore.open(settings(LOTS), new StoreBounds(1, 1, 1_000), InstantSource.system()))
                .isInstanceOf(StoreException.class)
                .hasMessageMatching(Pattern.quote(URL) + ": another instance writes into it"
                        + " \\(server process \\d+ for [^)]+\\); give each a schema of its own");
    }

    @Test
    void takesTheLockFromItsOwnConnectionThatIsLost() throws Exception {
        store.close();
        try (Database database = new PostgresDatabase(URL + "?currentSchema=" + schema, user(), password());
                Connection lost = database.openWriter()) {
            assertThat(lost.isValid(5)).isTrue();
            await().ignoreExceptions()
                    .until(
                            () -> {
                                try (Connection next = database.openWriter()) {
                                    return next.isValid(5);
                                }
                            },
                            isIt -> isIt);
            assertThat(lost.isValid(5)).isFalse();
        }
        open();
    }

    @Test
    void turnsAwayAMessageThatTheServerRefusesAndKeepsTheOthers() throws Exception {
        var first = store.keep(publication("a", "1")).toCompletableFuture();
        var refused = store.keep(new Publication("a", new byte[0], "p", 1, false, "text\0", List.of(), null, null))
                .toCompletableFuture();
        var last = store.keep(publication("a", "2")).toCompletableFuture();

        last.get(60, TimeUnit.SECONDS);
        assertThat(first).isCompleted();
        assertThat(refused)
                .failsWithin(60, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(StoreException.class)
                .withMessageContaining("invalid byte sequence");
        assertThat(texts(all())).containsExactly("1", "2");
    }

    @Test
    void aReaderIsToldAtOnceWhatIsWrong() {
        StoreSettings wrong = new StoreSettings(Path.of("unused"), URL, user(), "wrong", LOTS, 10_000, true);
        StoreSettings refused = settings(LOTS, "jdbc:postgresql://127.0.0.1:1/x");

        assertThatThrownBy(() -> StoreReader.open(refused))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("jdbc:postgresql://127.0.0.1:1/x: Connection to 127.0.0.1:1 refused");
        assertThatThrownBy(() -> StoreReader.open(wrong))
                .isInstanceOf(StoreException.class)
                .message()
                .satisfies(text -> assertThat(text).doesNotContain("timed out"));
    }

    @Test
    void namesAServerThatIsNotThere() {
        assertThatThrownBy(() -> MessageStore.open(
                        settings(LOTS, "jdbc:postgresql://127.0.0.1:1/x?a=b"),
                        new StoreBounds(1, 1, 1_000),
                        InstantSource.system()))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith("jdbc:postgresql://127.0.0.1:1/x: Connection to 127.0.0.1:1 refused");
    }

    @Test
    void writesOnAfterTheServerHasCutTheConnection() throws Exception {
        keep("a", "1");
        execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'caravan'"
                + " and query not like '%pg_terminate%'");
        keep("a", "2");

        await().ignoreExceptions().untilAsserted(() -> assertThat(texts(all())).containsExactly("1", "2"));
        assertThat(store.lag().lastError()).isNull();
    }

    @Test
    void keepsOnceWhatWasCommittedWithoutAnAnswer() throws Exception {
        store.close();
        List<Waiting> messages;
        try (Database database = new PostgresDatabase(URL + "?currentSchema=" + schema, user(), password());
                Connection connection = database.openWriter();
                Session session = new Session(connection)) {
            Topics topics = Topics.load(connection);
            messages = List.of(waiting(topics, 1), waiting(topics, 2));
            session.write(new WriteQueue.Batch(messages, List.of()));
            messages.forEach(m -> m.topic().saved(false));
            session.write(new WriteQueue.Batch(messages, List.of()));
        }

        assertThat(rows()).isEqualTo(2);
        open();
    }

    private static Waiting waiting(Topics topics, long id) {
        StoredMessage message = new StoredMessage(id, "a", new byte[0], id, "p", 1, false, null, List.of());
        return new Waiting(message, topics.enter("a"), null, 0, new CompletableFuture<>());
    }

    private long rows() throws Exception {
        try (Connection connection = DriverManager.getConnection(URL, user(), password());
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from " + schema + ".messages")) {
            result.next();
            return result.getLong(1);
        }
    }

    private static void execute(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection(URL, user(), password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String user() {
        return Objects.requireNonNull(System.getenv("CARAVAN_TEST_POSTGRES_USER"));
    }

    private static String password() {
        return Objects.requireNonNull(System.getenv("CARAVAN_TEST_POSTGRES_PASSWORD"));
    }
}
