package dev.caravan.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a client connected: one {@link Link} after another, with growing random pauses, until it is closed. Starting
 * never waits for the broker. Subscribes to whatever the broker has not granted yet, or has lost with the session; a
 * subscription that is refused leaves the connection not connected, with the reason, and is tried again.
 *
 * <p>Started and closed by its consumer or publisher; may be started again. Safe for threads.
 */
final class Connection implements Link.Listener {

    /** Who uses the connection. Called on the link's thread. */
    interface User {

        void up(Link link, Link.Accepted accepted);

        void arrived(Link link, Mqtt5Publish message, Runnable acknowledge);

        /** @return whether to try again soon, as when it is to be found out which message ends the connection */
        boolean down(Link link);
    }

    /** A link that stood this long was a success: the next pause is short again. */
    private static final Duration STEADY = Duration.ofSeconds(10);

    /** How long the end of a link that is given up may take. */
    private static final Duration GOODBYE = Duration.ofSeconds(5);

    /** The same for the last link, shorter than whoever closes it waits. */
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final String name;
    private final ClientOptions options;
    private final User user;
    private final Subscriptions subscriptions;
    private final ScheduledExecutorService scheduler;
    private final Clock clock;
    private final Backoff backoff;
    private final ConnectionLog log;

    private boolean running;
    private boolean firstOfSession = true;
    private int address;
    private int receiveMaximum;
    private volatile @Nullable Link link;
    private boolean connected;
    private Instant since;
    private @Nullable String lastError;

    /** Why we ended the link ourselves. */
    private @Nullable String givenUp;

    Connection(
            String name,
            ClientOptions options,
            User user,
            SessionFilters filters,
            ScheduledExecutorService scheduler,
            Clock clock,
            RandomGenerator random) {
        this.name = name;
        this.options = options;
        this.user = user;
        this.subscriptions = new Subscriptions(options, filters, scheduler);
        this.scheduler = scheduler;
        this.clock = clock;
        this.backoff = new Backoff(options.configuration().getMaxReconnectDelay(), random);
        this.log = new ConnectionLog(name, options.clientId(), clock);
        this.since = clock.instant();
        this.receiveMaximum = options.configuration().getReceiveMaximum();
    }

    /** Begins to connect; does nothing while it already does. */
    synchronized void start() {
        if (!running) {
            running = true;
            firstOfSession = true;
            subscriptions.forget();
            backoff.reset();
            log.begin();
            scheduler.execute(this::open);
        }
    }

    /** Disconnects for good; complete when the link has ended, {@link #FAREWELL} later at most. */
    CompletableFuture<Void> close(boolean endSession) {
        Link last = stop();
        if (last == null) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> end = last.close(endSession);
        if (!end.isDone()) {
            schedule(() -> last.abort(new TimeoutException("no answer to DISCONNECT")), FAREWELL.toMillis());
        }
        return end;
    }

    /**
     * Ends for good without DISCONNECT. MQTT 5 could ask for the Will in a DISCONNECT (reason code 0x04), but Artemis
     * takes that for any other DISCONNECT and drops the Will.
     */
    void closeWithWill() {
        Link last = stop();
        if (last != null) {
            last.abort(new CancellationException("closed without DISCONNECT"));
        }
    }

    private synchronized @Nullable Link stop() {
        running = false;
        return link;
    }

    /** Gives the link up, so that the broker sends again what is not acknowledged. */
    void reconnect(String reason) {
        Link current;
        synchronized (this) {
            current = link;
            givenUp = current == null ? null : reason;
        }
        if (current != null) {
            current.close(false);
            // A DISCONNECT that cannot be written, as nobody reads, would keep the client library waiting for ever.
            schedule(() -> current.abort(new TimeoutException(reason)), GOODBYE.toMillis());
        }
    }

    synchronized ConnectionState state() {
        return new ConnectionState(name, currentAddress().url(), options.clientId(), connected, since, lastError);
    }

    private BrokerAddress currentAddress() {
        return options.addresses().get(address % options.addresses().size());
    }

    private void open() {
        Link next;
        synchronized (this) {
            if (!running || link != null) {
                return;
            }
            try {
                next = options.link(currentAddress(), firstOfSession, receiveMaximum, this);
            } catch (RuntimeException e) {
                failed(e);
                return;
            }
            link = next;
        }
        try {
            next.open();
        } catch (RuntimeException e) {
            ended(next, e);
        }
    }

    @Override
    public void connected(Link from, Link.Accepted accepted) {
        synchronized (this) {
            if (!running || from != link) {
                from.close(false);
                return;
            }
            firstOfSession = false;
            if (!accepted.sessionPresent()) {
                subscriptions.forget(currentAddress());
            }
        }
        user.up(from, accepted);
        if (subscriptions.isEmpty()) {
            ready(from);
        } else {
            schedule(() -> subscribe(from, !accepted.sessionPresent()), 0);
        }
    }

    private void subscribe(Link from, boolean newSession) {
        if (from.hasEnded()) {
            return;
        }
        BrokerAddress broker;
        synchronized (this) {
            if (from != link) {
                return;
            }
            broker = currentAddress();
        }
        var unused = subscriptions.request(from, broker, newSession).thenAccept(refusals -> {
            if (refusals.isEmpty()) {
                ready(from);
            } else {
                refused(from, String.join(", ", refusals));
            }
        });
    }

    private synchronized void ready(Link from) {
        if (from != link) {
            return;
        }
        connected = true;
        since = clock.instant();
        log.connected(currentAddress());
    }

    private synchronized void refused(Link from, String refusals) {
        if (from != link) {
            return;
        }
        lastError = "subscription refused: " + refusals;
        log.trouble(currentAddress(), "MQTT subscription refused", lastError);
        later(() -> subscribe(from, false));
    }

    @Override
    public void arrived(Link from, Mqtt5Publish message, Runnable acknowledge) {
        if (from == link) { // else the broker sends it again on the present one
            user.arrived(from, message, acknowledge);
        }
    }

    @Override
    public void ended(Link from, Throwable cause) {
        synchronized (this) {
            if (from != link) {
                return;
            }
            link = null;
        }
        boolean soon = user.down(from);
        synchronized (this) {
            if (soon && connected) {
                backoff.reset();
            }
            if (Reason.isReceiveMaximumExceeded(cause)) {
                bearTheFlood();
            }
            failed(cause);
        }
    }

    /**
     * Mosquitto 2.0.11 sends its whole queue, whatever Receive Maximum it was told, once a client that was behind
     * acknowledges; the client library then hangs up, and would for ever. So from now on nothing is asked of the broker.
     */
    private void bearTheFlood() {
        if (receiveMaximum < ClientOptions.MAX_RECEIVE_MAXIMUM) {
            log.flooded(currentAddress(), receiveMaximum);
            receiveMaximum = ClientOptions.MAX_RECEIVE_MAXIMUM;
        }
    }

    private void failed(Throwable cause) {
        Instant now = clock.instant();
        boolean wasConnected = connected;
        if (connected) {
            if (now.isAfter(since.plus(STEADY))) {
                backoff.reset();
            }
            connected = false;
            since = now;
        }
        if (running) {
            lastError = givenUp == null ? Reason.of(cause) : givenUp;
            givenUp = null;
            log.trouble(currentAddress(), "MQTT connection lost, trying again", lastError);
            address = wasConnected && !options.roundRobin() ? 0 : address + 1;
            later(this::open);
        }
    }

    private void later(Runnable attempt) {
        schedule(attempt, backoff.nextMillis());
    }

    private void schedule(Runnable attempt, long millis) {
        try {
            var unused = scheduler.schedule(attempt, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.noMoreAttempts(e);
        }
    }
}
