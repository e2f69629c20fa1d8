package dev.caravan.csv;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Compresses files so that a crash at any moment leaves the whole file, compressed or not. */
final class Gzip {

    private static final int BUFFER = 1 << 16;

    private record Content(long bytes, long checksum) {
        static Content of(InputStream in) throws IOException {
            CRC32 checksum = new CRC32();
            long bytes = new CheckedInputStream(in, checksum).transferTo(OutputStream.nullOutputStream());
            return new Content(bytes, checksum.getValue());
        }
    }

    private Gzip() {}

    /** Replaces a file by {@code <file>.gz}. The file goes only once the other is on the disk and reads as the same. */
    static void replace(Path file) throws IOException {
        Path target = file.resolveSibling(file.getFileName() + ".gz");
        Path unfinished = file.resolveSibling(file.getFileName() + ".gz.tmp");
        try {
            write(file, unfinished);
            verify(file, unfinished);
            Files.setLastModifiedTime(unfinished, Files.getLastModifiedTime(file));
            // There is one only after a crash between this line and the deletion, and it holds the same.
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            Files.deleteIfExists(unfinished);
            throw e;
        }
        syncFolder(target);
        Files.delete(file);
    }

    private static void write(Path file, Path unfinished) throws IOException {
        try (FileChannel channel = FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
            GZIPOutputStream gzip = new GZIPOutputStream(out, BUFFER);
            Files.copy(file, gzip);
            gzip.finish();
            out.flush();
            channel.force(true);
        }
    }

    private static void verify(Path file, Path compressed) throws IOException {
        try (InputStream plain = Files.newInputStream(file);
                InputStream unpacked = new GZIPInputStream(Files.newInputStream(compressed), BUFFER)) {
            if (!Content.of(plain).equals(Content.of(unpacked))) {
                throw new IOException(compressed + " does not hold what " + file + " does");
            }
        }
    }

    /** Waits until the disk has the name of a file. */
    static void syncFolder(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            if (!System.getProperty("os.name").startsWith("Windows")) {
                throw e;
            }
            // Windows does not open folders, and keeps names in its own log.
        }
    }
}
