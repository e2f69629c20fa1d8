package dev.caravan.testkit;

import dev.caravan.testkit.Ledger.Id;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Publishes numbered messages with QoS 1 and has each entered into a {@link Ledger} once it is acknowledged. Connects
 * from its creation on, again and again while the broker is away, and sends first what the last connection left
 * unacknowledged, in order: after a cut at most the window arrives twice.
 *
 * <p>Has one thread of its own, which owns the line of messages. Safe for threads.
 */
public final class LedgerPublisher implements AutoCloseable {

    private static final long PAUSE_MILLIS = 100;
    private static final long PACE_MILLIS = 5;
    private static final double MILLIS_PER_SECOND = 1_000;

    private final Ledger ledger;
    private final String name;
    private final LedgerOptions options;
    private final ScheduledExecutorService thread;
    private final ArrayDeque<Id> sent = new ArrayDeque<>();
    private final ArrayDeque<Id> again = new ArrayDeque<>();
    private @Nullable LedgerLink link;
    private int window;
    private double allowance;
    private int topic;
    private volatile long wanted;
    private volatile long begun;
    private volatile long acknowledged;
    private volatile long refused;
    private volatile boolean connected;
    private volatile boolean closed;

    /** @param name the client id, without spaces; one that the ledger does not know yet, since sequences begin at 0 */
    public LedgerPublisher(Ledger ledger, String name, LedgerOptions options) {
        if (name.indexOf(' ') >= 0 || ledger.knows(name)) {
            throw new IllegalArgumentException("not a new name without spaces: " + name);
        }
        this.ledger = ledger;
        this.name = name;
        this.options = options;
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread own = new Thread(task, "ledger-line-" + name);
            own.setDaemon(true);
            return own;
        });
        thread.execute(this::open);
        if (options.rate() > 0) {
            var unused = thread.scheduleAtFixedRate(this::pace, 0, PACE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Asks for so many more messages; returns at once. */
    public LedgerPublisher publish(long messages) {
        return want(messages);
    }

    /** Publishes until {@link #stop}. */
    public LedgerPublisher publishOn() {
        return want(Long.MAX_VALUE);
    }

    /** No more new messages; those that are on their way are still seen through. */
    public LedgerPublisher stop() {
        return want(0);
    }

    public long acknowledged() {
        return acknowledged;
    }

    /** How many messages the broker answered with an error; they are not sent again. */
    public long refused() {
        return refused;
    }

    public boolean isConnected() {
        return connected;
    }

    /** Waits until every message that was asked for is answered. */
    public LedgerPublisher awaitAcknowledged(Duration limit) {
        Awaitility.await("acknowledgements to " + name)
                .atMost(limit)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> begun >= wanted && acknowledged + refused == begun);
        return this;
    }

    /** Disconnects; what is not acknowledged by then stays so. */
    @Override
    public void close() {
        closed = true;
        execute(() -> {
            if (link != null) {
                link.close();
            }
            thread.shutdown();
        });
    }

    private LedgerPublisher want(long messages) {
        thread.submit(() -> {
            wanted = messages == 0 ? begun : messages > Long.MAX_VALUE - wanted ? Long.MAX_VALUE : wanted + messages;
            pump();
        });
        // Behind the task, so that who awaits acknowledgements sees the new number.
        try {
            thread.submit(() -> {}).get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return this;
    }

    private void open() {
        if (!closed) {
            link = new LedgerLink.Target(options.port(), options.mqtt3(), name, options.keepAlive(), false)
                    .open(new Events());
        }
    }

    private void up(int receiveMaximum) {
        connected = true;
        window = Math.min(options.window(), receiveMaximum);
        pump();
    }

    private void down() {
        connected = false;
        while (!sent.isEmpty()) {
            again.addFirst(sent.removeLast());
        }
        if (!closed) {
            var unused = thread.schedule(this::open, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void pace() {
        double part = options.rate() * PACE_MILLIS / MILLIS_PER_SECOND;
        // What a cut held up is made up for, but not in one burst.
        allowance = Math.min(allowance + part, Math.max(1, 20 * part));
        pump();
    }

    private void pump() {
        LedgerLink to = link;
        while (connected && to != null && sent.size() < window) {
            Id next = again.pollFirst();
            if (next == null) {
                next = nextNew();
            }
            if (next == null) {
                return;
            }
            Id id = next;
            sent.addLast(id);
            to.publish(
                    id.topic(),
                    id.payload(options.payload()).getBytes(StandardCharsets.UTF_8),
                    error -> execute(() -> answered(to, id, error)));
        }
    }

    private @Nullable Id nextNew() {
        if (begun >= wanted || (options.rate() > 0 && allowance < 1)) {
            return null;
        }
        allowance = options.rate() > 0 ? allowance - 1 : 0;
        begun++;
        String next = options.topics().get(topic);
        topic = (topic + 1) % options.topics().size();
        return ledger.nextId(name, next);
    }

    private void answered(LedgerLink from, Id id, @Nullable Throwable error) {
        boolean isAnswer = error == null || error instanceof LedgerLink.Refused;
        if (from != link || !isAnswer || !sent.remove(id)) {
            return;
        }
        if (error == null) {
            ledger.acknowledged(id);
            acknowledged++;
        } else {
            refused++;
        }
        pump();
    }

    private void execute(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException e) {
            // Closed: nobody asks any more.
            return;
        }
    }

    private final class Events implements LedgerLink.Listener {

        @Override
        public void connected(LedgerLink from, boolean sessionPresent, int receiveMaximum) {
            execute(() -> up(receiveMaximum));
        }

        @Override
        public void arrived(String payload) {
            // Subscribes to nothing.
        }

        @Override
        public void ended(LedgerLink from, @Nullable Throwable cause) {
            execute(LedgerPublisher.this::down);
        }
    }
}
