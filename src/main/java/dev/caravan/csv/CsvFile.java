package dev.caravan.csv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One CSV file that rows are appended to. It begins with its header and holds whole rows only: a row that a crash or a
 * full disk tore is taken out before the next one is written. When its period or size is over, or rows with other
 * columns come, it gets its closed name and the next one is begun. Whoever moves, deletes or empties the file while it
 * is open (logrotate, a user) gets a new one with a header: an emptied one at once, a moved one after
 * {@value #MOVE_CHECK_MILLIS} ms, rows in between go to the moved one. For one thread at a time.
 */
final class CsvFile {

    /** Opens a file for appending, creating it; another one in tests that need a failing disk. */
    @FunctionalInterface
    interface Opener {
        FileChannel open(Path path) throws IOException;
    }

    /**
     * What all files of a log have in common.
     *
     * @param replacesOthers whether a file with another header is closed instead of refused
     * @param closed told when a file got its closed name
     * @param buffer of the log's one thread
     */
    record Rules(
            Opener opener, Clock clock, Rotation rotation, boolean replacesOthers, Runnable closed, RowBuffer buffer) {}

    private static final Logger LOG = LoggerFactory.getLogger(CsvFile.class);

    static final Opener DISK = path ->
            FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

    static final long MOVE_CHECK_MILLIS = 1_000;

    /** No row is added to a write of this size; one write is that and its last row at most. */
    private static final int MOST_BYTES = 1 << 20;

    private final Path path;
    private final Rules rules;

    private List<String> header;
    private @Nullable FileChannel channel;
    private @Nullable Object fileKey;
    private long movedCheckedAt;
    /** Where the file must be cut before anything else is written, or -1. */
    private long cutAt = -1;
    /** The size up to which there is the header only. */
    private long headerEnd;

    private Rotation.Span span;
    private long lastRowMillis;
    /** Size after the last write, to know it again after it was closed for a while; -1 where it is not known whole. */
    private long wholeSize = -1;

    /** Whether the folder may not have the file's name yet after a loss of power. */
    private boolean nameIsNew;

    CsvFile(Path path, List<String> header, Rules rules) {
        this.path = path;
        this.header = header;
        this.rules = rules;
        this.lastRowMillis = rules.clock().millis();
        this.span = rules.rotation().span(lastRowMillis);
    }

    boolean isOpen() {
        return channel != null;
    }

    /** Opens the file, repairs it and writes the header into a new or empty one. */
    void open() throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        headerEnd = headerLine().length;
        if (Files.exists(path)) {
            takeOver();
        }
        FileChannel opened = rules.opener().open(path);
        channel = opened;
        nameIsNew = true;
        fileKey = fileKey();
        movedCheckedAt = rules.clock().millis();
        cutAt = -1;
        startWithHeader(opened);
    }

    /** Goes on in a file that is there, or gives it its closed name. */
    private void takeOver() throws IOException {
        BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
        if (attributes.size() == wholeSize && Objects.equals(attributes.fileKey(), fileKey)) {
            return;
        }
        FoundFile found = FoundFile.at(path);
        if (found.isEmpty()) {
            return;
        }
        // The time of the last row: which period a file belongs to is nowhere else.
        lastRowMillis = attributes.lastModifiedTime().toMillis();
        span = rules.rotation().span(lastRowMillis);
        if (!found.has(header)) {
            if (!rules.replacesOthers()) {
                throw found.differsFrom(header);
            }
            giveClosedName();
        } else {
            found.repair();
            headerEnd = Math.max(found.rows().firstEnd(), headerLine().length);
        }
    }

    /**
     * Appends a run of rows with one write: from the first on as many as belong into the same file. When this throws,
     * none of them is in the file.
     *
     * @param from index of the first
     * @return index of the first that was not written
     */
    int append(List<PendingRow> rows, int from) throws IOException {
        PendingRow first = rows.get(from);
        FileChannel open = ready(first);
        long start = open.size();
        int length = 0;
        int to = from;
        boolean sync = false;
        do {
            length += rows.get(to).line().length;
            sync |= rows.get(to).options().fsync() != Fsync.NEVER;
            to++;
        } while (to < rows.size()
                && first.options().fsync() != Fsync.ALWAYS
                && rows.get(to).options().fsync() != Fsync.ALWAYS
                && length < MOST_BYTES
                && fits(rows.get(to), start + length));
        write(open, rules.buffer().join(rows.subList(from, to), length), start, sync);
        if (sync && nameIsNew) {
            Gzip.syncFolder(path);
            nameIsNew = false;
        }
        lastRowMillis = rows.get(to - 1).millis();
        wholeSize = start + length;
        return to;
    }

    private boolean fits(PendingRow row, long size) {
        return !span.ends(row.millis())
                && size + row.line().length <= rules.rotation().maxBytes()
                && (row.header() == header || row.header().equals(header));
    }

    /** Closes it for now; what is in the file is whole when this returns. */
    void close() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null && open.isOpen()) {
            try (open) {
                cut(open);
            }
        }
    }

    private FileChannel ready(PendingRow row) throws IOException {
        // A thread that is interrupted while it writes closes the channel for everybody (FileChannel's contract).
        if (channel == null || !channel.isOpen() || isMoved()) {
            close();
            open();
        }
        FileChannel open = Objects.requireNonNull(channel);
        cut(open);
        long size = open.size();
        if (!fits(row, size)) {
            open = next(row, open, size);
        }
        startWithHeader(open);
        return open;
    }

    /** The file that the row fits into. */
    private FileChannel next(PendingRow row, FileChannel open, long size) throws IOException {
        boolean sameHeader = row.header().equals(header);
        if (size > headerEnd || !sameHeader) {
            if (size > 0) {
                open.force(true);
            }
            close();
            if (size > headerEnd) {
                giveClosedName();
            } else {
                Files.deleteIfExists(path);
            }
            header = row.header();
            span = rules.rotation().span(row.millis());
            open();
        }
        span = rules.rotation().span(row.millis());
        return Objects.requireNonNull(channel);
    }

    private void giveClosedName() throws IOException {
        boolean forEver = span.to() == Long.MAX_VALUE;
        Path closed = ClosedName.give(path, rules.rotation().label(forEver ? lastRowMillis : span.from()));
        LOG.atInfo().addKeyValue("file", closed).log("CSV file closed");
        wholeSize = -1;
        headerEnd = headerLine().length;
        rules.closed().run();
    }

    private void startWithHeader(FileChannel open) throws IOException {
        if (open.size() == 0) {
            byte[] line = headerLine();
            headerEnd = line.length;
            write(open, ByteBuffer.wrap(line), 0, false);
        }
    }

    private byte[] headerLine() {
        return FoundFile.headerLine(header).getBytes(StandardCharsets.UTF_8);
    }

    private boolean isMoved() {
        long now = rules.clock().millis();
        if (now - movedCheckedAt < MOVE_CHECK_MILLIS && now >= movedCheckedAt) {
            return false;
        }
        movedCheckedAt = now;
        try {
            Object key = fileKey();
            return key != null && !key.equals(fileKey);
        } catch (IOException e) {
            return true;
        }
    }

    /** What tells this file from another of the same name; null where the file system has no such thing. */
    private @Nullable Object fileKey() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    private void write(FileChannel open, ByteBuffer bytes, long start, boolean sync) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                open.write(bytes);
            }
            if (sync) {
                open.force(false);
            }
        } catch (IOException | RuntimeException | Error e) {
            wholeSize = -1;
            cutAt = start;
            try {
                cut(open);
            } catch (IOException again) {
                e.addSuppressed(again);
            }
            throw e;
        }
    }

    private void cut(FileChannel open) throws IOException {
        if (cutAt >= 0) {
            open.truncate(cutAt);
            cutAt = -1;
        }
    }
}
