package dev.caravan.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes in order with a window of messages that the broker has not acknowledged yet. At the end of a link these go
 * back to the head of the line and are sent again on the next one, so a message may arrive twice, never out of order.
 * They are kept in memory only, by whoever waits for the outcome.
 *
 * <p>A message waits without limit inside the window; behind it at most {@link Limits#overflowMillis}; and never longer
 * than the message's own timeout if it has one. QoS 0 messages do not wait for a connection, and of
 * those that wait for a slow broker at most {@value #QOS0_WINDOWS} windows are kept: more fail at once. A message whose
 * Message Expiry Interval ends while it waits is not sent and fails as expired. A message that
 * makes the broker hang up fails once {@link Suspicion} is sure of it, so that those behind it can go. To find out,
 * messages of other topics or a probe may be sent before it: the order holds within a topic, see there for the limit.
 *
 * <p>Safe for threads. No outcome is told under the lock.
 */
final class Publisher implements Connection.User {

    record Limits(int window, long overflowMillis) {}

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final int RETAIN_NOT_SUPPORTED = 0x9A;

    /** So many windows of QoS 0 messages wait while the broker is slow. */
    private static final int QOS0_WINDOWS = 10;

    private final Failures failures;
    private final Limits limits;
    private final Consumer<Runnable> sweeper;
    private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
    private final ArrayDeque<Delivery> sent = new ArrayDeque<>();
    private final Suspicion suspicion;
    private final AtomicInteger pumps = new AtomicInteger();
    private @Nullable Link link;
    private Link.@Nullable Accepted accepted;
    private boolean stopped;
    private boolean sweeping;
    private int waitingQos0;
    private long messages;
    private long resent;
    private long progressNanos;

    /** A publisher that has nothing but its messages to probe a link with. */
    Publisher(String broker, Limits limits, Consumer<Runnable> sweeper) {
        this(broker, limits, sweeper, null);
    }

    /**
     * @param sweeper runs a task a little later
     * @param probe harmless to send at any time, again and again, to see whether the broker takes messages; QoS 1 or 2,
     *     sent without its retained flag where the broker keeps none; or null
     */
    Publisher(String broker, Limits limits, Consumer<Runnable> sweeper, @Nullable Mqtt5Publish probe) {
        if (probe != null && probe.getQos() == MqttQos.AT_MOST_ONCE) {
            throw new IllegalArgumentException("a probe needs QoS 1 or 2: nobody acknowledges QoS 0");
        }
        this.failures = new Failures(broker);
        this.limits = limits;
        this.sweeper = sweeper;
        this.suspicion = new Suspicion(probe == null ? null : Delivery.probe(probe));
    }

    /** @param outcome is told once, on any thread: null, or why the message was not taken */
    void publish(Mqtt5Publish message, Consumer<@Nullable Exception> outcome) {
        publish(message, 0, outcome);
    }

    /**
     * @param timeoutMillis after which the outcome is a failure, though the message may arrive; 0 for none
     * @param outcome is told once, on any thread: null, or why the message was not taken
     */
    void publish(Mqtt5Publish message, long timeoutMillis, Consumer<@Nullable Exception> outcome) {
        Exception failure = null;
        synchronized (this) {
            Delivery delivery = new Delivery(messages++, message, timeoutMillis, outcome);
            if (stopped) {
                failure = Failures.stopped();
            } else if (link == null && delivery.isQos0()) {
                failure = failures.notConnected(delivery);
            } else if (delivery.isQos0() && waitingQos0 >= QOS0_WINDOWS * limits.window()) {
                failure = failures.tooMany(delivery, waitingQos0);
            } else {
                waiting.addLast(delivery);
                waitingQos0 += delivery.isQos0() ? 1 : 0;
                if (timeoutMillis > 0 || waiting.size() + sent.size() > limits.window()) {
                    sweepLater();
                }
            }
        }
        if (failure == null) {
            pump();
        } else {
            Outcomes.tell(outcome, failure);
        }
    }

    @Override
    public void up(Link now, Link.Accepted granted) {
        synchronized (this) {
            link = now;
            accepted = granted;
        }
        pump();
    }

    @Override
    public void arrived(Link from, Mqtt5Publish message, Runnable acknowledge) {
        acknowledge.run();
    }

    @Override
    public boolean down(Link before) {
        Outcomes settled = new Outcomes();
        boolean again;
        synchronized (this) {
            if (before != link) {
                return false;
            }
            link = null;
            List<Delivery> unanswered = List.copyOf(sent);
            lineUp(settled);
            Delivery fault = suspicion.linkEnded(waiting, unanswered);
            again = fault != null || suspicion.isAwake();
            if (fault != null) {
                waiting.remove(fault);
                settled.fail(fault, failures.atFault(fault));
            }
        }
        settled.tell();
        return again;
    }

    /** Puts what was sent back into its place, which is before all others unless it was a probe. */
    private void lineUp(Outcomes settled) {
        List<Delivery> line = new ArrayList<>(sent);
        line.removeIf(Delivery::isSettled);
        resent += line.stream().filter(delivery -> !delivery.isQos0()).count();
        line.addAll(waiting);
        line.sort(Comparator.comparingLong(Delivery::number));
        sent.clear();
        waiting.clear();
        waitingQos0 = 0;
        for (Delivery delivery : line) {
            if (delivery.isQos0()) {
                settled.fail(delivery, failures.notConnected(delivery));
            } else {
                waiting.addLast(delivery);
            }
        }
    }

    /** Messages sent and not acknowledged, a probe included. */
    synchronized int inFlight() {
        return sent.size();
    }

    /** Messages that were sent once more because their connection ended. */
    synchronized long resent() {
        return resent;
    }

    /** How long the broker has acknowledged nothing although something is in flight; 0 while all is well. */
    synchronized long stalledMillis() {
        return link == null || sent.isEmpty() ? 0 : (System.nanoTime() - progressNanos) / 1_000_000;
    }

    /** Everything that is not acknowledged fails; nothing is taken any more. */
    void stop() {
        Outcomes settled = new Outcomes();
        synchronized (this) {
            stopped = true;
            link = null;
            sent.forEach(delivery -> settled.fail(delivery, Failures.stopped()));
            waiting.forEach(delivery -> settled.fail(delivery, Failures.stopped()));
            sent.clear();
            waiting.clear();
        }
        settled.tell();
    }

    /** One thread at a time, so that messages are written in the order of the line. Outside the lock: it is long. */
    private void pump() {
        if (pumps.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            try {
                while (sendNext()) {
                    // until the window is full or the line is empty
                }
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("Publishing goes on with the next message or answer");
            }
            seen = pumps.addAndGet(-seen);
        } while (seen != 0);
    }

    private boolean sendNext() {
        Link to;
        Link.Accepted granted;
        Delivery next;
        synchronized (this) {
            to = link;
            granted = accepted;
            if (to == null || granted == null || sent.size() >= window(granted)) {
                return false;
            }
            next = suspicion.next(waiting);
            if (next == null) {
                return false;
            }
            if (sent.isEmpty()) {
                progressNanos = System.nanoTime();
            }
            waitingQos0 -= next.isQos0() ? 1 : 0;
            sent.addLast(next);
        }
        try {
            send(to, granted, next);
        } catch (RuntimeException e) {
            // Its own fault: one that cannot even be written must not stand in the way of the others.
            done(to, next, e, false);
        }
        return true;
    }

    private void send(Link to, Link.Accepted granted, Delivery next) {
        if (next.isExpired()) {
            done(to, next, failures.expired(next), false);
        } else if (next.message().isRetain() && !granted.retainAvailable() && !next.isProbe()) {
            done(to, next, new Link.Refused(RETAIN_NOT_SUPPORTED, "RETAIN_NOT_SUPPORTED"), false);
        } else {
            to.publish(
                    next.onTheWire(granted),
                    error -> done(to, next, error, error == null || error instanceof Link.Refused));
        }
    }

    private int window(Link.Accepted granted) {
        // Never more than the broker's Receive Maximum: the client library would block the caller, which may be
        // the very thread that has to read the acknowledgement. One, to find the message that a broker hangs up on.
        return suspicion.isAwake() ? 1 : Math.min(limits.window(), granted.receiveMaximum());
    }

    /** @param byBroker whether it was the broker's answer, and not found out here */
    private void done(Link from, Delivery delivery, @Nullable Throwable error, boolean byBroker) {
        Consumer<@Nullable Exception> outcome;
        synchronized (this) {
            if (from != link || (error != null && Reason.isOfTheConnection(error) && !delivery.isQos0())) {
                return; // the end of the link puts it back into the line
            }
            if (sent.peekFirst() == delivery) {
                sent.removeFirst();
            } else if (!sent.remove(delivery)) {
                return;
            }
            progressNanos = System.nanoTime();
            if (byBroker && !delivery.isQos0()) {
                suspicion.answered(delivery);
            }
            outcome = delivery.settle();
        }
        if (outcome != null) {
            Outcomes.tell(outcome, error == null ? null : failures.of(delivery, error));
        }
        pump();
    }

    private void sweepLater() {
        if (!sweeping) {
            sweeping = true;
            sweeper.accept(this::sweep);
        }
    }

    private void sweep() {
        Outcomes settled = new Outcomes();
        synchronized (this) {
            sweeping = false;
            // Stays in its place: the broker may have it already.
            sent.stream()
                    .filter(Delivery::isTimedOut)
                    .forEach(delivery -> settled.fail(delivery, failures.timeout(delivery, delivery.timeoutMillis())));
            int place = sent.size();
            for (Iterator<Delivery> i = waiting.iterator(); i.hasNext(); ) {
                Delivery delivery = i.next();
                long limit = ++place > limits.window() ? limits.overflowMillis() : Long.MAX_VALUE;
                limit = Math.min(limit, delivery.timeoutMillis());
                if (delivery.waitedMillis() >= limit) {
                    i.remove();
                    waitingQos0 -= delivery.isQos0() ? 1 : 0;
                    settled.fail(delivery, failures.timeout(delivery, limit));
                }
            }
            boolean timed = Stream.concat(sent.stream(), waiting.stream()).anyMatch(Delivery::isTimed);
            if (timed || waiting.size() + sent.size() > limits.window()) {
                sweepLater();
            }
        }
        settled.tell();
    }
}
