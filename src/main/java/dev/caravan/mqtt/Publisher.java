package dev.caravan.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes in order with a window of messages that the broker has not acknowledged yet. At the end of a link these go
 * back to the head of the line and are sent again on the next one, so a message may arrive twice, never out of order.
 * They are kept in memory only, by whoever waits for the outcome.
 *
 * <p>A message waits without limit inside the window; behind it at most {@link Limits#overflowMillis}; and never longer
 * than {@link Limits#timeoutMillis} if that is set. QoS 0 messages do not wait for a connection. A message that
 * makes the broker hang up fails once {@link Suspicion} is sure of it, so that those behind it can go.
 *
 * <p>Safe for threads. No outcome is told under the lock.
 */
final class Publisher implements Connection.User {

    /** @param timeoutMillis 0 for none */
    record Limits(int window, long overflowMillis, long timeoutMillis) {}

    private static final int SERVER_UNAVAILABLE = 0x88;
    private static final int RETAIN_NOT_SUPPORTED = 0x9A;
    private static final int UNSPECIFIED = 0x80;

    private record Settled(
            Consumer<@Nullable Exception> outcome, @Nullable Exception failure) {}

    private final String broker;
    private final Limits limits;
    private final Consumer<Runnable> sweeper;
    private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
    private final ArrayDeque<Delivery> sent = new ArrayDeque<>();
    private final AtomicInteger pumps = new AtomicInteger();
    private @Nullable Link link;
    private Link.@Nullable Accepted accepted;
    private boolean acknowledgedAny;
    private final Suspicion suspicion = new Suspicion();
    private boolean stopped;
    private boolean sweeping;

    /** @param sweeper runs a task a little later */
    Publisher(String broker, Limits limits, Consumer<Runnable> sweeper) {
        this.broker = broker;
        this.limits = limits;
        this.sweeper = sweeper;
    }

    static Exception stopped() {
        return new RejectedExecutionException("MQTT producer stopped");
    }

    /** @param outcome is told once, on any thread: null, or why the message was not taken */
    void publish(Mqtt5Publish message, Consumer<@Nullable Exception> outcome) {
        Exception failure = null;
        synchronized (this) {
            if (stopped) {
                failure = stopped();
            } else if (link == null && message.getQos() == MqttQos.AT_MOST_ONCE) {
                failure = notConnected(message);
            } else {
                waiting.addLast(new Delivery(message, outcome));
                if (limits.timeoutMillis() > 0 || waiting.size() + sent.size() > limits.window()) {
                    sweepLater();
                }
            }
        }
        if (failure == null) {
            pump();
        } else {
            outcome.accept(failure);
        }
    }

    @Override
    public void up(Link now, Link.Accepted granted) {
        synchronized (this) {
            link = now;
            accepted = granted;
            acknowledgedAny = false;
        }
        pump();
    }

    @Override
    public void arrived(Link from, Mqtt5Publish message, Runnable acknowledge) {
        acknowledge.run();
    }

    @Override
    public boolean down(Link before) {
        List<Settled> settled = new ArrayList<>();
        boolean again;
        synchronized (this) {
            if (before != link) {
                return false;
            }
            link = null;
            int sentOnLink = sent.size();
            while (!sent.isEmpty()) {
                waiting.addFirst(sent.removeLast());
            }
            waiting.removeIf(delivery -> delivery.isSettled());
            for (Iterator<Delivery> i = waiting.iterator(); i.hasNext(); ) {
                Delivery delivery = i.next();
                if (delivery.isQos0()) {
                    i.remove();
                    settle(delivery, notConnected(delivery.message()), settled);
                }
            }
            Delivery fault = suspicion.linkEnded(waiting, Math.min(sentOnLink, waiting.size()), acknowledgedAny);
            if (fault != null) {
                waiting.remove(fault);
                settle(
                        fault,
                        new MqttPublishException(
                                fault.message().getTopic().toString(),
                                UNSPECIFIED,
                                broker + " closed the connection each time this message was sent, and took others"),
                        settled);
            }
            again = suspicion.isAwake();
        }
        tell(settled);
        return again;
    }

    /** Everything that is not acknowledged fails; nothing is taken any more. */
    void stop() {
        List<Settled> settled = new ArrayList<>();
        synchronized (this) {
            stopped = true;
            link = null;
            sent.forEach(delivery -> settle(delivery, stopped(), settled));
            waiting.forEach(delivery -> settle(delivery, stopped(), settled));
            sent.clear();
            waiting.clear();
        }
        tell(settled);
    }

    /** One thread at a time, so that messages are written in the order of the line. Outside the lock: it is long. */
    private void pump() {
        if (pumps.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            while (sendNext()) {
                // until the window is full or the line is empty
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
            next = waiting.pollFirst();
            if (next == null) {
                return false;
            }
            sent.addLast(next);
        }
        if (next.message().isRetain() && !granted.retainAvailable()) {
            answered(to, next, new Link.Refused(RETAIN_NOT_SUPPORTED, "RETAIN_NOT_SUPPORTED"));
        } else {
            to.publish(next.onTheWire(granted), error -> answered(to, next, error));
        }
        return true;
    }

    private int window(Link.Accepted granted) {
        // Never more than the broker's Receive Maximum: the client library would block the caller, which may be
        // the very thread that has to read the acknowledgement. One, to find the message that a broker hangs up on.
        return suspicion.isAwake() && !acknowledgedAny ? 1 : Math.min(limits.window(), granted.receiveMaximum());
    }

    private void answered(Link from, Delivery delivery, @Nullable Throwable error) {
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
            acknowledgedAny |= error == null || !Reason.isOfTheConnection(error);
            outcome = delivery.settle();
        }
        if (outcome != null) {
            outcome.accept(error == null ? null : failure(delivery, error));
        }
        pump();
    }

    private Exception failure(Delivery delivery, Throwable error) {
        String topic = delivery.message().getTopic().toString();
        if (error instanceof Link.Refused refused) {
            return new MqttPublishException(topic, refused.code(), broker + " refused it: " + refused.getMessage());
        }
        if (Reason.isOfTheConnection(error)) {
            return notConnected(delivery.message());
        }
        MqttPublishException failure = new MqttPublishException(topic, UNSPECIFIED, Reason.of(error));
        failure.initCause(error);
        return failure;
    }

    private Exception notConnected(Mqtt5Publish message) {
        return new MqttPublishException(
                message.getTopic().toString(), SERVER_UNAVAILABLE, "QoS 0, and not connected to " + broker);
    }

    private void sweepLater() {
        if (!sweeping) {
            sweeping = true;
            sweeper.accept(this::sweep);
        }
    }

    private void sweep() {
        List<Settled> settled = new ArrayList<>();
        synchronized (this) {
            sweeping = false;
            if (limits.timeoutMillis() > 0) {
                // Stays in its place: the broker may have it already.
                sent.stream()
                        .filter(delivery -> delivery.waitedMillis() >= limits.timeoutMillis())
                        .forEach(delivery -> settle(delivery, timeout(delivery, limits.timeoutMillis()), settled));
            }
            int place = sent.size();
            for (Iterator<Delivery> i = waiting.iterator(); i.hasNext(); ) {
                Delivery delivery = i.next();
                long limit = ++place > limits.window() ? limits.overflowMillis() : Long.MAX_VALUE;
                if (limits.timeoutMillis() > 0) {
                    limit = Math.min(limit, limits.timeoutMillis());
                }
                if (delivery.waitedMillis() >= limit) {
                    i.remove();
                    settle(delivery, timeout(delivery, limit), settled);
                }
            }
            boolean timed = limits.timeoutMillis() > 0 && !(sent.isEmpty() && waiting.isEmpty());
            if (timed || waiting.size() + sent.size() > limits.window()) {
                sweepLater();
            }
        }
        tell(settled);
    }

    private Exception timeout(Delivery delivery, long millis) {
        return new TimeoutException("Message for topic '" + delivery.message().getTopic() + "' was not acknowledged by "
                + broker + " within " + millis + " ms; it may still arrive");
    }

    private static void settle(Delivery delivery, Exception failure, List<Settled> settled) {
        Consumer<@Nullable Exception> outcome = delivery.settle();
        if (outcome != null) {
            settled.add(new Settled(outcome, failure));
        }
    }

    private static void tell(List<Settled> settled) {
        settled.forEach(one -> one.outcome().accept(one.failure()));
    }
}
