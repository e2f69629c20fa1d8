package dev.caravan.testkit;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Subscribes with QoS 1 and a durable session, has each message entered into a {@link Ledger} and acknowledges it after
 * that. Connects from its creation on, again and again while the broker is away. Safe for threads.
 */
public final class LedgerReceiver implements AutoCloseable {

    private static final long PAUSE_MILLIS = 100;

    private final Ledger ledger;
    private final String name;
    private final String filter;
    private final LedgerOptions options;
    private final ScheduledExecutorService thread;
    private @Nullable LedgerLink link;
    private volatile boolean subscribed;
    private volatile boolean connected;
    private volatile boolean closed;

    /** @param name the client id, and that of what it receives in the ledger */
    public LedgerReceiver(Ledger ledger, String name, String filter, LedgerOptions options) {
        this.ledger = ledger;
        this.name = name;
        this.filter = filter;
        this.options = options;
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread own = new Thread(task, "ledger-session-" + name);
            own.setDaemon(true);
            return own;
        });
        thread.execute(this::open);
    }

    /** Whether the session is there: what is published from now on is expected to arrive. */
    public boolean isSubscribed() {
        return connected && subscribed;
    }

    /** Waits until the session is there. */
    public LedgerReceiver awaitSubscribed(Duration limit) {
        Awaitility.await("subscription of " + name).atMost(limit).until(this::isSubscribed);
        return this;
    }

    /** How many messages arrived, repeats included. */
    public long received() {
        return ledger.count(name);
    }

    /** Disconnects; the broker keeps the session. */
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

    private void open() {
        if (!closed) {
            link = new LedgerLink.Target(options.port(), options.mqtt3(), name, options.keepAlive(), true)
                    .open(new Events());
        }
    }

    private void reopen() {
        if (!closed) {
            var unused = thread.schedule(this::open, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
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
            if (!subscribed || !sessionPresent) {
                subscribed = false;
                from.subscribe(filter, error -> {
                    subscribed = error == null;
                    if (error != null) {
                        from.close();
                    }
                });
            }
            connected = true;
        }

        @Override
        public void arrived(String payload) {
            ledger.received(name, payload);
        }

        @Override
        public void ended(LedgerLink from, @Nullable Throwable cause) {
            connected = false;
            execute(LedgerReceiver.this::reopen);
        }
    }
}
