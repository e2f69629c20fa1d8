package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.Arrays;
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
            kept.get(20, TimeUnit.SECONDS);
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
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
