package dev.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages in the order they come, and acknowledges each after it was written. The connection's thread puts
 * them in, the command's thread writes. When a slow reader lets {@value #MOST_BYTES} bytes pile up, the connection's
 * thread waits, so that TCP holds the broker back: no message is dropped here, at any QoS.
 */
final class MessagePrinter implements Consumer<IncomingMessage> {

    /** Why it ended. */
    enum End {
        COUNT_REACHED,
        OUT_OF_TIME,
        STOPPED,
        READER_GONE,
        NO_MORE_RETAINED
    }

    private static final int MOST_BYTES = 64 << 20;
    private static final int BYTES_BESIDES_PAYLOAD = 256;
    private static final int BATCH = 1_000;
    private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /**
     * What is wanted.
     *
     * @param selected the messages to write
     * @param retainedOnly whether the first message that is not retained is the end
     * @param count how many to write; 0 without end
     * @param timeout how long; null without end
     */
    record Wanted(
            Predicate<IncomingMessage> selected,
            boolean retainedOnly,
            long count,
            @Nullable Duration timeout) {}

    private final Wanted wanted;
    private final MessageFormat format;
    private final OutputStream out;
    private final PrintWriter err;
    private final Clock clock;
    private final BlockingQueue<IncomingMessage> queue = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(MOST_BYTES);
    private volatile boolean ended;
    private long written;

    MessagePrinter(Wanted wanted, MessageFormat format, OutputStream out, PrintWriter err, Clock clock) {
        this.wanted = wanted;
        this.format = format;
        this.out = new BufferedOutputStream(out, 1 << 16);
        this.err = err;
        this.clock = clock;
    }

    @Override
    public void accept(IncomingMessage message) {
        try {
            while (!ended) {
                if (room.tryAcquire(cost(message), WAIT_NANOS, TimeUnit.NANOSECONDS)) {
                    queue.add(message);
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int cost(IncomingMessage message) {
        return Math.min(MOST_BYTES, message.payload().length + BYTES_BESIDES_PAYLOAD);
    }

    /** Writes until the end. To be called once. */
    End run(StopSignal stop) {
        try {
            long begin = System.nanoTime();
            while (!stop.isWanted()) {
                long wait = WAIT_NANOS;
                if (wanted.timeout() != null) {
                    wait = Math.min(wait, wanted.timeout().toNanos() - (System.nanoTime() - begin));
                    if (wait <= 0) {
                        return End.OUT_OF_TIME;
                    }
                }
                End end = writeBatch(wait);
                if (end != null) {
                    return end;
                }
            }
            return End.STOPPED;
        } catch (InterruptedException e) {
            return End.STOPPED;
        } catch (IOException e) {
            return End.READER_GONE;
        } finally {
            ended = true;
        }
    }

    private @Nullable End writeBatch(long waitNanos) throws InterruptedException, IOException {
        IncomingMessage first = queue.poll(waitNanos, TimeUnit.NANOSECONDS);
        if (first == null) {
            return null;
        }
        List<IncomingMessage> batch = new ArrayList<>();
        batch.add(first);
        queue.drainTo(batch, BATCH - 1);
        List<IncomingMessage> done = new ArrayList<>(batch.size());
        End end = null;
        ZonedDateTime now = ZonedDateTime.now(clock);
        for (IncomingMessage message : batch) {
            room.release(cost(message));
            if (end == null) {
                end = write(message, now, done);
            }
        }
        out.flush();
        done.forEach(message -> message.acknowledge().run());
        return end;
    }

    private @Nullable End write(IncomingMessage message, ZonedDateTime now, List<IncomingMessage> done)
            throws IOException {
        if (wanted.retainedOnly() && !message.retain()) {
            return End.NO_MORE_RETAINED;
        }
        done.add(message);
        if (!wanted.selected().test(message)) {
            return null;
        }
        try {
            format.write(message, now, out);
        } catch (JsonProcessingException e) {
            err.println("Error: Message payload is not valid JSON on topic " + message.topic());
        }
        written++;
        return written == wanted.count() ? End.COUNT_REACHED : null;
    }
}
