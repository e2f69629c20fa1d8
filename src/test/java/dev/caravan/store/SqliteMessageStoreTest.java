package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteMessageStoreTest extends MessageStoreContract {

    @TempDir
    Path folder;

    @Override
    StoreSettings settings(StoreLimits limits) {
        return settings(limits, file());
    }

    private static StoreSettings settings(StoreLimits limits, Path file) {
        return new StoreSettings(file, "", "", "", limits, 10_000, true);
    }

    private Path file() {
        return folder.resolve("store/messages.db");
    }

    @Test
    void aScriptThatFailsIsNamedAlsoWhereItCannotBeTakenBack() throws Exception {
        store.close();
        Schema broken = new Schema(List.of("V1__messages.sql", "V2__broken.sql"));
        try (Database database = Database.of(settings(LOTS));
                Connection connection = database.openWriter()) {
            Connection lost = (Connection) Proxy.newProxyInstance(
                    Connection.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, args) -> {
                        if (method.getName().equals("rollback")) {
                            throw new SQLException("connection lost");
                        }
                        return method.invoke(connection, args);
                    });

            assertThatThrownBy(() -> broken.migrate(lost, database))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("nowhere")
                    .hasMessageContaining("V2__broken.sql")
                    .cause()
                    .hasSuppressedException(new SQLException("connection lost"));
            connection.rollback();
        }
    }

    @Test
    void namesAFileThatIsNoDatabase() throws Exception {
        Path file = folder.resolve("text.db");
        Files.writeString(file, "this is no database, it is a text. ".repeat(200));

        assertThatThrownBy(() -> openOther(file))
                .isInstanceOf(StoreException.class)
                .hasMessage(file + ": is not an SQLite database; move it away, or name another data folder");
        assertThat(Files.readString(file)).startsWith("this is no database");
    }

    @Test
    void namesAFileThatIsCutOff() throws Exception {
        keepMany(5_000);
        store.close();
        Path torn = folder.resolve("torn.db");
        byte[] whole = Files.readAllBytes(file());
        byte[] half = Arrays.copyOf(whole, whole.length / 2);
        Files.write(torn, half);

        assertThatThrownBy(() -> openOther(torn))
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith(torn + ": is damaged; stop, keep a copy");
        assertThat(Files.readAllBytes(torn)).startsWith(Arrays.copyOf(half, 4_096));
        open();
    }

    @Test
    void namesAFolderInPlaceOfTheFile() throws Exception {
        Path file = Files.createDirectory(folder.resolve("folder.db"));

        assertThatThrownBy(() -> openOther(file))
                .isInstanceOf(StoreException.class)
                .hasMessage(file + ": cannot be opened: check that the path is a file and its permissions");
    }

    @Test
    void refusesADatabaseOfANewerVersion() throws Exception {
        store.close();
        execute("insert into schema_version values (99)");

        assertThatThrownBy(this::open)
                .isInstanceOf(StoreException.class)
                .hasMessageStartingWith(file() + " was written by a newer version of this program (schema 99");
        execute("delete from schema_version where version = 99");
        open();
    }

    @Test
    void leavesADatabaseOfANewerVersionAsItIs() throws Exception {
        Path newer = folder.resolve("newer.db");
        execute(newer, "create table schema_version (version integer); insert into schema_version values (99)");
        byte[] before = Files.readAllBytes(newer);

        assertThatThrownBy(() -> openOther(newer)).hasMessageContaining("newer version");
        assertThat(Files.readAllBytes(newer)).isEqualTo(before);
    }

    @Test
    void refusesADatabaseOfAnotherProgram() throws Exception {
        Path foreign = folder.resolve("foreign.db");
        execute(foreign, "create table messages (subject text)");

        assertThatThrownBy(() -> openOther(foreign))
                .isInstanceOf(StoreException.class)
                .hasMessage(foreign + " has a table 'messages' of another program; name another database, or move it"
                        + " away");
    }

    @Test
    void namesAFileInPlaceOfTheFolder() throws Exception {
        Path file = Files.writeString(folder.resolve("data"), "");

        assertThatThrownBy(() -> openOther(file.resolve("messages.db")))
                .isInstanceOf(StoreException.class)
                .hasMessageEndingWith(": " + file + " is a file, where a folder is needed");
    }

    @Test
    void beginsANewFileWhereItsFileIsMovedAwayAndLosesNothing() throws Exception {
        keep("a", "1");
        Path moved = folder.resolve("moved.db");
        Files.move(file(), moved);
        keep("a", "2");
        keep("b", "3");

        assertThat(texts(all())).containsExactly("2", "3");
        store.close();
        open();
        assertThat(texts(all())).containsExactly("2", "3");
        store.close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + moved);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*), min(cast(payload as text)) from history")) {
            rows.next();
            assertThat(rows.getString(2)).isEqualTo("1");
        }
        open();
    }

    @Test
    void acknowledgesNothingWhereAnotherFileTookThePlaceOfItsOwn() throws Exception {
        keep("a", "1");
        Files.move(file(), folder.resolve("moved.db"));
        Files.writeString(file(), "");
        CompletableFuture<Void> kept = store.keep(publication("a", "2")).toCompletableFuture();

        await().until(() -> store.lag().lastError() != null);
        assertThat(store.lag().lastError()).contains("another file has taken its place");
        assertThat(kept).isNotDone();
    }

    @Test
    void turnsAwayWhatTheDatabaseRefusesAndKeepsTheRest() throws Exception {
        execute(
                file(),
                "create trigger bad before insert on messages when new.publisher = 'bad'"
                        + " begin select raise(abort, 'bad'); end");
        CompletableFuture<Void> first = store.keep(publication("a", "1")).toCompletableFuture();
        CompletableFuture<Void> refused = store.keep(
                        new Publication("a", new byte[0], "bad", 1, false, null, List.of(), null, null))
                .toCompletableFuture();
        keep("a", "2");

        assertThat(first).isCompleted();
        assertThat(refused)
                .failsWithin(60, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(StoreException.class);
        assertThat(texts(all())).containsExactly("1", "2");
        assertThat(store.lag()).isEqualTo(new StoreLag(0, 0, null));
    }

    @Test
    void workThatTheDatabaseRefusesStopsNothing() throws Exception {
        execute(file(), "create trigger bad before insert on consumers begin select raise(abort, 'bad'); end");

        assertThatThrownBy(() -> store.acknowledge("c", new TopicFilter("#"), 1))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("bad");
        keep("a", "1");
        assertThat(texts(all())).containsExactly("1");
    }

    @Test
    void clearsWhatStillWaitsForTheDatabase() throws Exception {
        try (Connection lock = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = lock.createStatement()) {
            statement.execute("begin immediate");
            for (int i = 0; i < 8_000; i++) {
                var unused = store.keep(publication("early", "" + i));
            }
            var late = store.keep(publication("late", "x")).toCompletableFuture();
            CompletableFuture<Void> cleared = CompletableFuture.runAsync(() -> store.clear(new TopicName("late")));
            await().until(() ->
                    store.read(new TopicFilter("late"), Long.MIN_VALUE).isEmpty());
            statement.execute("rollback");
            late.get(60, TimeUnit.SECONDS);
            cleared.get(60, TimeUnit.SECONDS);
        }
        store.close();
        open();
        assertThat(store.read(new TopicFilter("late"), Long.MIN_VALUE)).isEmpty();
        assertThat(all()).hasSize(8_000);
    }

    @Test
    void waitsWhileAnotherProgramWritesAndLosesNothing() throws Exception {
        keep("a", "1");
        try (Connection lock = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = lock.createStatement()) {
            statement.execute("begin immediate");
            CompletableFuture<Void> kept = store.keep(publication("a", "2")).toCompletableFuture();
            await().until(() -> store.lag().lastError() != null);

            assertThat(store.lag().lastError()).isEqualTo(file() + ": is locked by another program");
            assertThat(store.lag().messages()).isEqualTo(1);
            assertThat(kept).isNotDone();
            assertThat(texts(all())).as("readable all the same").containsExactly("1", "2");
            statement.execute("rollback");
            kept.get(60, TimeUnit.SECONDS);
        }
        assertThat(store.lag().messages()).isZero();
        assertThat(texts(all())).containsExactly("1", "2");
    }

    @Test
    void turnsAwayWhatComesAfterItClosed() {
        store.close();

        assertThat(store.keep(publication("a", "1")).toCompletableFuture())
                .isCompletedExceptionally()
                .failsWithin(1, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void showsPeopleTheHistory() throws Exception {
        keep("a", "grün");
        store.close();

        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select received_utc, topic, payload from history")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("2026-01-31 12:00:00.123456");
            assertThat(rows.getString(2)).isEqualTo("a");
            assertThat(rows.getString(3)).isEqualTo("grün");
        }
    }

    private void openOther(Path file) throws StoreException {
        MessageStore.open(settings(LOTS, file), new StoreBounds(1, 1, 1_000), InstantSource.system())
                .close();
    }

    private void execute(String sql) throws Exception {
        execute(file(), sql);
    }

    private static void execute(Path file, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }
}
