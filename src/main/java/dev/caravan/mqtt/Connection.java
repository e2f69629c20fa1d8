package dev.caravan.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a client connected: one {@link Link} after another, with growing random pauses, until it is closed. Starting
 * never waits for the broker. Subscribes on the first link and whenever the broker has lost the session; a subscription
 * that is refused leaves the connection not connected, with the reason, and is tried again.
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

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final Duration WARN_PERIOD = Duration.ofMinutes(10);

    /** A link that stood this long was a success: the next pause is short again. */
    private static final Duration STEADY = Duration.ofSeconds(10);

    private final String name;
    private final ClientOptions options;
    private final User user;
    private final SessionFilters filters;
    private final ScheduledExecutorService scheduler;
    private final Clock clock;
    private final Backoff backoff;
    private final Throttle warnings;

    private boolean running;
    private boolean firstOfSession = true;
    private int address;
    private int receiveMaximum;
    private @Nullable Link link;
    private boolean connected;
    private Instant since;
    private @Nullable String lastError;

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
        this.filters = filters;
        this.scheduler = scheduler;
        this.clock = clock;
        this.backoff = new Backoff(options.configuration().getMaxReconnectDelay(), random);
        this.warnings = new Throttle(clock, WARN_PERIOD);
        this.since = clock.instant();
        this.receiveMaximum = options.configuration().getReceiveMaximum();
    }

    /** Begins to connect; does nothing while it already does. */
    synchronized void start() {
        if (!running) {
            running = true;
            firstOfSession = true;
            backoff.reset();
            warnings.reset();
            scheduler.execute(this::open);
        }
    }

    /** Disconnects for good; complete when the link has ended. */
    CompletableFuture<Void> close(boolean endSession) {
        Link last;
        synchronized (this) {
            running = false;
            last = link;
        }
        return last == null ? CompletableFuture.completedFuture(null) : last.close(endSession);
    }

    /** Gives the link up, so that the broker sends again what is not acknowledged. */
    void reconnect() {
        Link current;
        synchronized (this) {
            current = link;
        }
        if (current != null) {
            current.close(false);
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
        boolean subscribe;
        synchronized (this) {
            if (!running || from != link) {
                from.close(false);
                return;
            }
            subscribe = options.subscription() != null && (firstOfSession || !accepted.sessionPresent());
            firstOfSession = false;
            if (!accepted.sessionPresent()) {
                filters.clear(currentAddress(), options.clientId());
            }
        }
        user.up(from, accepted);
        if (subscribe) {
            subscribe(from);
        } else {
            ready(from);
        }
    }

    private void subscribe(Link from) {
        ClientOptions.Subscription wanted = options.subscription();
        if (wanted == null || from.hasEnded()) {
            return;
        }
        BrokerAddress broker;
        synchronized (this) {
            broker = currentAddress();
        }
        if (!options.cleanStart()) {
            filters.add(broker, options.clientId(), wanted.topicFilter());
        }
        var unused = from.subscribe(wanted.topicFilter(), wanted.qos()).whenComplete((granted, error) -> {
            Throwable cause = error instanceof CompletionException wrapped && wrapped.getCause() != null
                    ? wrapped.getCause()
                    : error;
            if (cause == null) {
                ready(from);
                filters.unsubscribeOthers(from, broker, options.clientId(), wanted.topicFilter());
            } else if (cause instanceof Link.Refused refused) {
                refused(from, refused);
            } else if (!from.hasEnded()) {
                from.close(false);
            }
        });
    }

    private synchronized void ready(Link from) {
        if (from != link) {
            return;
        }
        connected = true;
        since = clock.instant();
        warnings.reset();
        LOG.atInfo()
                .addKeyValue("connection", name)
                .addKeyValue("broker", currentAddress())
                .addKeyValue("clientId", options.clientId())
                .log("MQTT connected");
    }

    private synchronized void refused(Link from, Link.Refused refused) {
        if (from != link) {
            return;
        }
        lastError = "subscription refused: " + refused.getMessage();
        warn("MQTT subscription refused", lastError);
        later(() -> subscribe(from));
    }

    @Override
    public void arrived(Link from, Mqtt5Publish message, Runnable acknowledge) {
        user.arrived(from, message, acknowledge);
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
            LOG.atWarn()
                    .addKeyValue("connection", name)
                    .addKeyValue("broker", currentAddress())
                    .addKeyValue("receiveMaximum", receiveMaximum)
                    .log("The broker ignores the Receive Maximum: what it sends ahead is kept in memory from now on");
            receiveMaximum = ClientOptions.MAX_RECEIVE_MAXIMUM;
        }
    }

    private void failed(Throwable cause) {
        Instant now = clock.instant();
        if (connected) {
            if (now.isAfter(since.plus(STEADY))) {
                backoff.reset();
            }
            connected = false;
            since = now;
        }
        if (running) {
            lastError = Reason.of(cause);
            warn("MQTT connection lost, trying again", lastError);
            address++;
            later(this::open);
        }
    }

    private void later(Runnable attempt) {
        try {
            var unused = scheduler.schedule(attempt, backoff.nextMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.atDebug().setCause(e).log("No more attempts: the component has stopped");
        }
    }

    private void warn(String what, String reason) {
        if (warnings.admit() >= 0) {
            LOG.atWarn()
                    .addKeyValue("connection", name)
                    .addKeyValue("broker", currentAddress())
                    .addKeyValue("clientId", options.clientId())
                    .addKeyValue("reason", reason)
                    .log(what);
        }
    }
}
