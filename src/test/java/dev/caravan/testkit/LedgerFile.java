package dev.caravan.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lines that outlive a killed JVM: each is with the operating system when {@link #append} returns, and on the disk at
 * most about a second of appending later or on close. Safe for threads.
 */
final class LedgerFile implements AutoCloseable {

    private static final long FORCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final FileChannel channel;
    private long forced = System.nanoTime();

    LedgerFile(Path file) {
        try {
            channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole lines of a file, none if there is no such file. A last line without an end was never written. */
    static List<String> read(Path file) {
        try {
            String text = Files.exists(file) ? Files.readString(file) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized void append(String line) {
        if (!channel.isOpen()) {
            // What comes after the end of the test is no part of it.
            return;
        }
        try {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (System.nanoTime() - forced > FORCE_NANOS) {
                channel.force(false);
                forced = System.nanoTime();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            if (channel.isOpen()) {
                channel.force(false);
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
