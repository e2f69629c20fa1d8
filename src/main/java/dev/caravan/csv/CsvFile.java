package dev.caravan.csv;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.commons.csv.CSVParser;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One CSV file that rows are appended to. It begins with its header and holds whole rows only: a row that a crash or a
 * full disk tore is taken out before the next one is written. Whoever moves, deletes or empties the file while it is
 * open (logrotate, a user) gets a new one with a header: an emptied one at once, a moved one after
 * {@value #MOVE_CHECK_MILLIS} ms, rows in between go to the moved one. Thread-safe.
 */
final class CsvFile {

    /** Opens a file for appending, creating it; another one in tests that need a failing disk. */
    @FunctionalInterface
    interface Opener {
        FileChannel open(Path path) throws IOException;
    }

    static final Opener DISK = path ->
            FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);

    static final long MOVE_CHECK_MILLIS = 1_000;

    /** Longer than any row can be; a torn row that seems longer is a file that somebody broke by hand. */
    private static final long LONGEST_TORN_ROW = 16 << 20;

    private static final Logger log = LoggerFactory.getLogger(CsvFile.class);

    private final Path path;
    private final List<String> header;
    private final Opener opener;
    private final Clock clock;

    private @Nullable FileChannel channel;
    private @Nullable Object fileKey;
    private long movedCheckedAt;
    /** Where the file must be cut before anything else is written, or -1. */
    private long cutAt = -1;

    private boolean closed;

    CsvFile(Path path, List<String> header, Opener opener, Clock clock) {
        this.path = path;
        this.header = header;
        this.opener = opener;
        this.clock = clock;
    }

    /** @throws IOException also when the file's header is not {@code wanted} */
    void demandHeader(List<String> wanted) throws IOException {
        if (!header.equals(wanted)) {
            throw differs(headerLine(header).strip(), wanted);
        }
    }

    /** Opens the file, repairs it and writes the header into a new or empty one. */
    synchronized void open() throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        if (Files.exists(path)) {
            repair(CompleteRows.of(path));
        }
        FileChannel opened = opener.open(path);
        channel = opened;
        fileKey = fileKey();
        movedCheckedAt = clock.millis();
        cutAt = -1;
        startWithHeader(opened);
    }

    /**
     * Appends one row with one write. When this throws, the row is not in the file.
     *
     * @param sync whether to wait until the disk has it
     */
    synchronized void append(byte[] row, boolean sync) throws IOException {
        FileChannel open = ready();
        write(open, row, open.size(), sync);
    }

    synchronized void close() throws IOException {
        closed = true;
        closeChannel();
    }

    private void closeChannel() throws IOException {
        FileChannel open = channel;
        channel = null;
        if (open != null && open.isOpen()) {
            try (open) {
                cut(open);
            }
        }
    }

    private FileChannel ready() throws IOException {
        if (closed) {
            throw new IOException(path + " is closed");
        }
        // A thread that is interrupted while it writes closes the channel for everybody (FileChannel's contract).
        if (channel == null || !channel.isOpen() || isMoved()) {
            closeChannel();
            open();
        }
        FileChannel open = Objects.requireNonNull(channel);
        cut(open);
        startWithHeader(open);
        return open;
    }

    private void startWithHeader(FileChannel open) throws IOException {
        if (open.size() == 0) {
            write(open, headerLine(header).getBytes(StandardCharsets.UTF_8), 0, false);
        }
    }

    private boolean isMoved() {
        long now = clock.millis();
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

    private void write(FileChannel open, byte[] bytes, long start, boolean sync) throws IOException {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                open.write(buffer);
            }
            if (sync) {
                open.force(false);
            }
        } catch (IOException e) {
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

    private void repair(CompleteRows rows) throws IOException {
        if (rows.size() == 0) {
            return;
        }
        String expected = headerLine(header);
        byte[] first = read(0, rows.firstEnd() == 0 ? Math.min(rows.size(), 1 << 16) : rows.firstEnd());
        String found = new String(first, StandardCharsets.UTF_8);
        if (rows.firstEnd() > 0 ? !header.equals(cells(found)) : !expected.startsWith(found)) {
            throw differs(found.strip(), header);
        }
        long torn = rows.size() - rows.lastEnd();
        if (torn > LONGEST_TORN_ROW) {
            throw new IOException(path + ": a quote opened after byte " + rows.lastEnd() + " never ends, and " + torn
                    + " bytes follow: too many for a torn row, repair the file by hand");
        }
        if (torn > 0) {
            keepTorn(rows, torn);
        }
    }

    private void keepTorn(CompleteRows rows, long torn) throws IOException {
        Path aside = path.resolveSibling(path.getFileName() + ".torn");
        byte[] bytes = Arrays.copyOf(read(rows.lastEnd(), torn), Math.toIntExact(torn) + 1);
        bytes[bytes.length - 1] = '\n';
        try (FileChannel out = DISK.open(aside)) {
            write(out, bytes, out.size(), true);
        }
        try (FileChannel whole = FileChannel.open(path, StandardOpenOption.WRITE)) {
            whole.truncate(rows.lastEnd());
        }
        log.atWarn()
                .addKeyValue("file", path)
                .addKeyValue("bytes", torn)
                .addKeyValue("keptIn", aside)
                .log("The last row was torn and is taken out");
    }

    private byte[] read(long from, long length) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            in.skipNBytes(from);
            return in.readNBytes(Math.toIntExact(length));
        }
    }

    private IOException differs(String found, List<String> wanted) {
        String shown = found.length() > 300 ? found.substring(0, 300) + "..." : found;
        return new IOException(path + ": the header is '" + shown.replaceAll("\\p{Cntrl}", "?") + "', expected '"
                + headerLine(wanted).strip() + "': move the file away or give it the columns it has");
    }

    private static List<String> cells(String line) throws IOException {
        try (CSVParser parser = CSVParser.parse(new StringReader(line), RowFormat.CSV)) {
            return parser.iterator().next().toList();
        } catch (UncheckedIOException | NoSuchElementException e) {
            return List.of();
        }
    }

    private static String headerLine(List<String> header) {
        return RowFormat.CSV.format(header.toArray()) + "\n";
    }
}
