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
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.commons.csv.CSVParser;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A CSV file that is there before it is opened: whose header it has, and how it is repaired.
 *
 * @param rows how far it is whole
 * @param first its first row as text, or where none is whole, its beginning
 */
record FoundFile(Path path, CompleteRows rows, String first) {

    private static final Logger LOG = LoggerFactory.getLogger(FoundFile.class);

    /** Longer than any row can be; a torn row that seems longer is a file that somebody broke by hand. */
    private static final long LONGEST_TORN_ROW = 16 << 20;

    private static final int LONGEST_SHOWN = 300;

    static FoundFile at(Path path) throws IOException {
        CompleteRows rows = CompleteRows.of(path);
        long end = rows.firstEnd() == 0 ? Math.min(rows.size(), 1 << 16) : rows.firstEnd();
        return new FoundFile(path, rows, new String(read(path, 0, end), StandardCharsets.UTF_8));
    }

    static String headerLine(List<String> header) {
        return RowFormat.CSV.format(header.toArray()) + "\n";
    }

    boolean isEmpty() {
        return rows.size() == 0;
    }

    /** The cells of the header; empty where there is none. */
    List<String> header() {
        if (rows.firstEnd() == 0) {
            return List.of();
        }
        try (CSVParser parser = CSVParser.parse(new StringReader(first), RowFormat.CSV)) {
            return parser.iterator().next().toList();
        } catch (IOException | UncheckedIOException | NoSuchElementException e) {
            return List.of();
        }
    }

    /** Whether rows under this header go on in the file; also where a crash tore the header itself. */
    boolean has(List<String> header) {
        return rows.firstEnd() > 0
                ? header.equals(header())
                : headerLine(header).startsWith(first);
    }

    IOException differsFrom(List<String> header) {
        String found = first.strip();
        String shown = found.length() > LONGEST_SHOWN ? found.substring(0, LONGEST_SHOWN) + "..." : found;
        return new IOException(path + ": the header is '" + shown.replaceAll("\\p{Cntrl}", "?") + "', expected '"
                + headerLine(header).strip() + "': move the file away, give it the columns it has, or set 'rotate'");
    }

    /** Takes a torn row at the end out and keeps it in a file beside. */
    void repair() throws IOException {
        long torn = rows.size() - rows.lastEnd();
        if (torn > LONGEST_TORN_ROW) {
            throw new IOException(path + ": a quote opened after byte " + rows.lastEnd() + " never ends, and " + torn
                    + " bytes follow: too many for a torn row, repair the file by hand");
        }
        if (torn == 0) {
            return;
        }
        Path aside = path.resolveSibling(path.getFileName() + ".torn");
        byte[] bytes = Arrays.copyOf(read(path, rows.lastEnd(), torn), Math.toIntExact(torn) + 1);
        bytes[bytes.length - 1] = '\n';
        try (FileChannel out = CsvFile.DISK.open(aside)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            out.force(true);
        }
        try (FileChannel whole = FileChannel.open(path, StandardOpenOption.WRITE)) {
            whole.truncate(rows.lastEnd());
        }
        LOG.atWarn()
                .addKeyValue("file", path)
                .addKeyValue("bytes", torn)
                .addKeyValue("keptIn", aside)
                .log("The last row was torn and is taken out");
    }

    private static byte[] read(Path path, long from, long length) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            in.skipNBytes(from);
            return in.readNBytes(Math.toIntExact(length));
        }
    }
}
