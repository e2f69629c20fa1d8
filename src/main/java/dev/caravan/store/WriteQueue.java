package dev.caravan.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the database: messages in order, and other work. A message stays until it is committed. Thread-safe;
 * one thread takes.
 */
final class WriteQueue {

    /** Bytes of payload that may wait, whatever their number. */
    private static final long MAX_BYTES = 64L << 20;

    /** What is done next, in one transaction. */
    record Batch(List<Waiting> messages, List<Work> work) {
        boolean isEmpty() {
            return messages.isEmpty() && work.isEmpty();
        }
    }

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final ArrayDeque<Waiting> messages = new ArrayDeque<>();
    private final ArrayDeque<Work> work = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    WriteQueue(int capacity) {
        this.capacity = capacity;
    }

    /**
     * Waits while the queue is full.
     *
     * @throws RejectedExecutionException when the queue is closed
     */
    void awaitRoom() {
        lock.lock();
        try {
            while (!closed && (messages.size() >= capacity || bytes >= MAX_BYTES)) {
                room.awaitUninterruptibly();
            }
            demandOpen();
        } finally {
            lock.unlock();
        }
    }

    /** @throws RejectedExecutionException when the queue is closed */
    void add(Waiting waiting) {
        lock.lock();
        try {
            demandOpen();
            messages.addLast(waiting);
            bytes += waiting.bytes();
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** @return completes when the work is committed */
    CompletableFuture<Void> add(Work.Step step) {
        Work added = new Work(step, new CompletableFuture<>());
        lock.lock();
        try {
            demandOpen();
            work.addLast(added);
            filled.signal();
        } finally {
            lock.unlock();
        }
        return added.done();
    }

    /** The next batch, at once where something waits; empty after the time, or when closed and nothing waits. */
    Batch next(int maxMessages, long maxBytes, long waitMillis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
            while (messages.isEmpty() && work.isEmpty() && !closed && left > 0) {
                left = filled.awaitNanos(left);
            }
            List<Waiting> batch = new ArrayList<>(Math.min(messages.size(), maxMessages));
            long size = 0;
            for (Waiting waiting : messages) {
                if (batch.size() >= maxMessages || size >= maxBytes) {
                    break;
                }
                batch.add(waiting);
                size += waiting.bytes();
            }
            return new Batch(batch, new ArrayList<>(work));
        } finally {
            lock.unlock();
        }
    }

    /** The batch is committed. */
    void remove(Batch batch) {
        lock.lock();
        try {
            for (Waiting waiting : batch.messages()) {
                messages.removeFirst();
                bytes -= waiting.bytes();
            }
            for (int i = 0; i < batch.work().size(); i++) {
                work.removeFirst();
            }
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The messages that wait, oldest first. */
    List<Waiting> messages() {
        lock.lock();
        try {
            return new ArrayList<>(messages);
        } finally {
            lock.unlock();
        }
    }

    StoreLag lag(@Nullable String lastError) {
        lock.lock();
        try {
            Waiting oldest = messages.peekFirst();
            long age = oldest == null ? 0 : TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - oldest.since());
            return new StoreLag(messages.size(), age, lastError);
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return messages.isEmpty() && work.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more is taken; what waits can still be written. */
    void close() {
        lock.lock();
        try {
            closed = true;
            filled.signalAll();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void demandOpen() {
        if (closed) {
            throw new RejectedExecutionException("the message store is closed");
        }
    }
}
