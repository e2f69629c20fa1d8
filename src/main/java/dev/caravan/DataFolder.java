package dev.caravan;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The folder of everything that is written, held by one process at a time: two brokers on one journal would wait for
 * each other without a word. The operating system releases the lock when the process ends in any way.
 */
final class DataFolder implements AutoCloseable {

    private final FileChannel channel;

    private DataFolder(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws StartException when the folder cannot be written or another process holds it */
    static DataFolder open(Path folder) throws StartException {
        Path absolute = folder.toAbsolutePath();
        try {
            Files.createDirectories(absolute);
            FileChannel channel =
                    FileChannel.open(absolute.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (isLocked(channel)) {
                return new DataFolder(channel);
            }
            channel.close();
        } catch (IOException e) {
            throw new StartException("key 'data.directory': cannot write to " + absolute + ": " + e, e);
        }
        throw new StartException(
                "key 'data.directory': " + absolute + " is in use by another running process",
                new IllegalStateException());
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // The lock goes with the process at the latest.
            throw new IllegalStateException(e);
        }
    }
}
