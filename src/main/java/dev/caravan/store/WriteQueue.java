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
 * What waits for the database: messages, and other work. Work is never done before the messages that came before it. All
 * stays until it is committed. Thread-safe; one thread takes.
 */
final class WriteQueue {

    /** The most memory of messages that may wait, whatever their number. */
    private static final long MOST_BYTES = 64L << 20;

    /** What one of so many parts of the heap holds may wait: each message is held elsewhere too, as it came. */
    private static final int HEAP_PARTS = 16;

    /** What is done next, in one transaction: first the messages, then the work. */
    record Batch(List<Waiting> messages, List<Work> work) {
        boolean isEmpty() {
            return messages.isEmpty() && work.isEmpty();
        }

        boolean isSingle() {
            return messages.size() + work.size() == 1;
        }

        /** The same in two, to be done one after the other. */
        List<Batch> halves() {
            if (!messages.isEmpty() && !work.isEmpty()) {
                return List.of(new Batch(messages, List.of()), new Batch(List.of(), work));
            }
            int m = messages.size() / 2;
            int w = work.size() / 2;
            return List.of(
                    new Batch(messages.subList(0, m), work.subList(0, w)),
                    new Batch(messages.subList(m, messages.size()), work.subList(w, work.size())));
        }
    }

    /** Work that is due once so many messages were taken. */
    private record Due(long after, Work work) {}

    private final int capacity;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final ArrayDeque<Waiting> messages = new ArrayDeque<>();
    private final ArrayDeque<Due> work = new ArrayDeque<>();
    private final long maxBytes;
    private long bytes;
    private long added;
    private long removed;
    private boolean closed;

    WriteQueue(int capacity) {
        this(capacity, Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PARTS));
    }

    WriteQueue(int capacity, long maxBytes) {
        this.capacity = capacity;
        this.maxBytes = maxBytes;
    }

    /**
     * Waits while the queue is full, until the database writes again or the queue is closed. Whoever reads a connection
     * stops to read it meanwhile, and its broker keeps what comes.
     *
     * @throws RejectedExecutionException when the queue is closed
     */
    void awaitRoom() {
        lock.lock();
        try {
            while (!closed && (messages.size() >= capacity || bytes >= maxBytes)) {
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
            added++;
            bytes += waiting.bytes();
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    /** @return completes when the work is committed */
    CompletableFuture<Void> add(Work.Step step) {
        return add(new Work(step, new CompletableFuture<>()));
    }

    private CompletableFuture<Void> add(Work step) {
        lock.lock();
        try {
            demandOpen();
            work.addLast(new Due(this.added, step));
            filled.signal();
        } finally {
            lock.unlock();
        }
        return step.done();
    }

    /** The next batch, at once where something waits; empty after the time, or when closed and nothing waits. */
    Batch next(int maxMessages, long batchBytes, long waitMillis) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(waitMillis);
            while (messages.isEmpty() && work.isEmpty() && !closed && left > 0) {
                left = filled.awaitNanos(left);
            }
            List<Waiting> batch = new ArrayList<>(Math.min(messages.size(), maxMessages));
            long size = 0;
            for (Waiting waiting : messages) {
                if (batch.size() >= maxMessages || size >= batchBytes) {
                    break;
                }
                batch.add(waiting);
                size += waiting.bytes();
            }
            long taken = removed + batch.size();
            return new Batch(
                    batch,
                    work.stream()
                            .takeWhile(due -> due.after <= taken)
                            .map(Due::work)
                            .toList());
        } finally {
            lock.unlock();
        }
    }

    /** The batch, or the beginning of it, is done. */
    void remove(Batch batch) {
        lock.lock();
        try {
            for (Waiting waiting : batch.messages()) {
                messages.removeFirst();
                bytes -= waiting.bytes();
                removed++;
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

    /** The work that waits, in order. */
    List<Work> work() {
        lock.lock();
        try {
            return work.stream().map(Due::work).toList();
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
