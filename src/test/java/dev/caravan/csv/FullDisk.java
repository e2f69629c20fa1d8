package dev.caravan.csv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.CountDownLatch;

/** A channel to a disk that takes a number of bytes and no more; then it can refuse to cut the file, too. */
final class FullDisk extends FileChannel {

    private final FileChannel disk;
    volatile long room = Long.MAX_VALUE;
    boolean refusesToCut;
    /** Writes that fail as where no memory is left, in their middle. */
    volatile int errors;
    /** What a write that is not the header waits for. */
    CountDownLatch mayWrite = new CountDownLatch(0);

    FullDisk(FileChannel disk) {
        this.disk = disk;
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        if (size() > 0) {
            try {
                mayWrite.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        if (room == 0) {
            throw new IOException("No space left on device");
        }
        ByteBuffer part = src.duplicate();
        part.limit((int) Math.min(src.limit(), src.position() + room));
        int n = closedTogether(() -> disk.write(part));
        src.position(src.position() + n);
        room -= n;
        if (errors > 0) {
            errors--;
            throw new OutOfMemoryError("for a test");
        }
        return n;
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        if (refusesToCut) {
            throw new IOException("Input/output error");
        }
        disk.truncate(size);
        return this;
    }

    @Override
    public long size() throws IOException {
        return closedTogether(disk::size);
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T closedTogether(Work<T> work) throws IOException {
        try {
            return work.run();
        } catch (ClosedChannelException e) {
            close();
            throw e;
        }
    }

    @Override
    public void force(boolean metaData) throws IOException {
        disk.force(metaData);
    }

    @Override
    protected void implCloseChannel() throws IOException {
        disk.close();
    }

    @Override
    public int read(ByteBuffer dst) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] dsts, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] srcs, int offset, int length) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long newPosition) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel src, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int read(ByteBuffer dst, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer src, long position) {
        throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
        throw new UnsupportedOperationException();
    }
}
