package dev.caravan.store;

import com.zaxxer.hikari.HikariConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * An SQLite file with a write-ahead log (WAL), so that readers and the writer do not wait for each other
 * (https://sqlite.org/wal.html).
 */
final class SqliteDatabase extends Database {

    private static final int BUSY_MILLIS = 5_000;
    private static final int WRITER_CACHE_KB = 32 << 10;
    private static final int READER_CACHE_KB = 8 << 10;
    /** Pages of 4 KB in the log before they go into the file: 16 MB. */
    private static final int CHECKPOINT_PAGES = 4_000;

    private static final long LOG_BYTES = 64L << 20;
    private static final int HEADER_BYTES = 100;
    private static final int SHRINK_PAGES = 512;

    private final Path file;
    private final boolean sync;
    /** Tells the file that was opened from another of its name; null before, and where the system has none. */
    private volatile @Nullable Object key;

    private volatile boolean opened;

    SqliteDatabase(Path file, boolean sync) {
        super(readers(file));
        this.file = file;
        this.sync = sync;
    }

    @Override
    String describe() {
        return file.toString();
    }

    @Override
    String dialect() {
        return "sqlite";
    }

    @Override
    Connection openWriter() throws SQLException, StoreException {
        try {
            Files.createDirectories(file.getParent());
        } catch (FileAlreadyExistsException e) {
            throw new SQLException(e.getFile() + " is a file, where a folder is needed", e);
        } catch (IOException e) {
            throw new SQLException("cannot create the folder " + file.getParent() + ": " + e, e);
        }
        if (isGone() && Files.exists(file)) {
            // Its topics have other numbers.
            throw new SQLException(
                    "another file has taken its place while this program ran; it is used after a restart");
        }
        demandWhole();
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        Connection connection = config.createConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            Schema.CURRENT.demandOurs(connection, this);
            // The first before the file has a page, or it has no effect.
            statement.execute("pragma auto_vacuum = incremental");
            statement.execute("pragma journal_mode = wal");
            statement.execute("pragma synchronous = " + (sync ? "full" : "normal"));
            statement.execute("pragma cache_size = -" + WRITER_CACHE_KB);
            statement.execute("pragma wal_autocheckpoint = " + CHECKPOINT_PAGES);
            statement.execute("pragma journal_size_limit = " + LOG_BYTES);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException | StoreException e) {
            connection.close();
            throw e;
        } finally {
            key = keyOfFile();
            opened = true;
        }
    }

    @Override
    boolean isGone() {
        return opened && (!Files.exists(file) || !Objects.equals(key, keyOfFile()));
    }

    private @Nullable Object keyOfFile() {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    /** Where the file was moved without its log, it would lack the newest messages. */
    @Override
    void abandon(Connection writer) throws SQLException {
        super.abandon(writer);
        writer.rollback();
        writer.setAutoCommit(true);
        try (Statement statement = writer.createStatement()) {
            statement.execute("pragma wal_checkpoint(truncate)");
        }
    }

    @Override
    boolean refuses(SQLException failure) {
        String code = failure instanceof SQLiteException e ? e.getResultCode().name() : "";
        return code.startsWith("SQLITE_CONSTRAINT")
                || code.startsWith("SQLITE_TOOBIG")
                || code.startsWith("SQLITE_MISMATCH");
    }

    /**
     * SQLite finds out that a file was cut off only where it reads what is missing. The file's header says how long it is
     * (https://sqlite.org/fileformat2.html, 1.3); while there is a log, the rest may still be in that.
     */
    private void demandWhole() throws SQLException {
        Path log = file.resolveSibling(file.getFileName() + "-wal");
        try {
            if (!Files.isRegularFile(file) || (Files.exists(log) && Files.size(log) > 0)) {
                return;
            }
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
            long size;
            try (FileChannel channel = FileChannel.open(file)) {
                size = channel.size();
                channel.read(header);
            }
            int pageSize = Short.toUnsignedInt(header.getShort(16));
            long whole = Integer.toUnsignedLong(header.getInt(28)) * (pageSize == 1 ? 65_536 : pageSize);
            boolean isDatabase = header.get(0) == 'S' && header.position() == HEADER_BYTES;
            if (isDatabase && size < whole) {
                throw new SQLiteException("cut off", SQLiteErrorCode.SQLITE_CORRUPT);
            }
        } catch (IOException e) {
            throw new SQLException("cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    long bytes(Connection connection, long messages) throws SQLException {
        long pages = pragma(connection, "page_count") - pragma(connection, "freelist_count");
        return pages * pragma(connection, "page_size");
    }

    @Override
    void shrink(Connection connection) throws SQLException {
        // What is little will be needed again soon.
        if (pragma(connection, "freelist_count") > Math.max(SHRINK_PAGES, pragma(connection, "page_count") / 10)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("pragma incremental_vacuum(" + SHRINK_PAGES + ")");
            }
        }
        connection.commit();
    }

    private static long pragma(Connection connection, String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("pragma " + name)) {
            result.next();
            return result.getLong(1);
        }
    }

    @Override
    StoreException reason(SQLException failure) {
        String why = failure instanceof SQLiteException e ? reason(e.getResultCode()) : null;
        return new StoreException(file + ": " + (why == null ? failure.getMessage() : why), failure);
    }

    private @Nullable String reason(SQLiteErrorCode code) {
        String name = code.name();
        if (name.startsWith("SQLITE_NOTADB")) {
            return "is not an SQLite database; move it away, or name another data folder";
        }
        if (name.startsWith("SQLITE_CORRUPT")) {
            return "is damaged; stop, keep a copy, and try: sqlite3 messages.db .recover | sqlite3 repaired.db";
        }
        boolean isDenied = name.startsWith("SQLITE_READONLY") || name.startsWith("SQLITE_CANTOPEN");
        if (isDenied && Files.isReadable(file) && !Files.isWritable(file.getParent())) {
            return "its folder cannot be written, which reading needs too while no program has the file open; give"
                    + " the right to, or copy the file to another folder";
        }
        if (name.startsWith("SQLITE_READONLY") || name.startsWith("SQLITE_PERM")) {
            return "cannot be written: check the permissions of the file and of its folder";
        }
        if (name.startsWith("SQLITE_CANTOPEN")) {
            return "cannot be opened: check that the path is a file and its permissions";
        }
        if (name.startsWith("SQLITE_FULL") || name.startsWith("SQLITE_IOERR_SHMSIZE")) {
            return "no space left on the disk: make room";
        }
        if (name.startsWith("SQLITE_BUSY") || name.startsWith("SQLITE_LOCKED")) {
            return "is locked by another program";
        }
        return null;
    }

    private static HikariConfig readers(Path file) {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        config.setCacheSize(-READER_CACHE_KB);
        config.setReadOnly(true);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + file);
        HikariConfig pool = new HikariConfig();
        pool.setDataSource(source);
        return pool;
    }
}
