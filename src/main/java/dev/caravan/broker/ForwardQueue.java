package dev.caravan.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.config.WildcardConfiguration;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A durable queue of the embedded broker that collects what is to be sent elsewhere, in the order of arrival, and hands
 * it out without a network connection in between. What enters is decided before it costs anything: a message that is
 * not wanted never reaches the queue's journal. A message leaves when it is acknowledged; what was handed out and not
 * acknowledged is handed out again after {@link #close} or a restart, in its old place.
 *
 * <p>Outlives the process; {@link ForwardQueues} opens it. Safe for threads.
 */
public final class ForwardQueue implements AutoCloseable {

    /** Takes messages. Called by the broker's threads, one at a time and in order. */
    public interface Receiver {

        /** Whether a further message can be taken now; {@link ForwardQueue#wake} says when that has changed. */
        boolean isReady();

        /** @param acknowledge to be run once, on any thread, when the message is safe elsewhere or given up */
        void take(BrokerMessage message, Runnable acknowledge);

        /** A message was given up because the queue was full, or refused to its publisher. */
        void dropped(BrokerMessage message);

        /** A message of QoS 0 was given up because nobody takes messages at present. */
        void missed(BrokerMessage message);
    }

    private static final Logger log = LoggerFactory.getLogger(ForwardQueue.class);

    private final Queue queue;
    private final WildcardConfiguration wildcards;
    private final QueueBounds bounds;
    private final int window;
    private final Receiver receiver;
    private final Predicate<BrokerMessage> wanted;
    private final ForwardConsumer consumer;
    private final Map<Long, MessageReference> handedOut = new LinkedHashMap<>();
    private final AtomicLong dropped = new AtomicLong();
    private volatile boolean waits = true;
    private volatile boolean open = true;
    private volatile boolean linkUp;
    private volatile long firstJudged;

    ForwardQueue(
            long id,
            Queue queue,
            WildcardConfiguration wildcards,
            QueueBounds bounds,
            int window,
            Predicate<BrokerMessage> wanted,
            Receiver receiver) {
        this.queue = queue;
        this.wildcards = wildcards;
        this.bounds = bounds;
        this.window = window;
        this.wanted = wanted;
        this.receiver = receiver;
        this.consumer = new ForwardConsumer(id, this);
    }

    /** @param judgedFrom gives an id that messages of later on are greater than */
    void start(LongSupplier judgedFrom) throws Exception {
        queue.setFilter(new ForwardFilter(message -> admits(view(message))));
        firstJudged = judgedFrom.getAsLong();
        queue.addConsumer(consumer);
        queue.deliverAsync();
    }

    /** Whether messages flow at present; while they do not, QoS 0 may be kept out ({@link QueueBounds#storeQos0}). */
    public void setFlowing(boolean flowing) {
        linkUp = flowing;
        wake();
    }

    /** Asks the receiver again. */
    public void wake() {
        queue.deliverAsync();
    }

    /** Messages that wait or are handed out. */
    public long messages() {
        return queue.getMessageCount();
    }

    /** Bytes of these. */
    public long bytes() {
        return queue.getPersistentSize();
    }

    /** When the broker received the message that has waited longest, milliseconds since 1970. */
    public OptionalLong oldestMillis() {
        synchronized (handedOut) {
            for (MessageReference first : handedOut.values()) {
                return OptionalLong.of(first.getMessage().getTimestamp());
            }
        }
        MessageReference first = queue.peekFirstMessage();
        return first == null
                ? OptionalLong.empty()
                : OptionalLong.of(first.getMessage().getTimestamp());
    }

    /** Messages dropped since it was opened. */
    public long dropped() {
        return dropped.get();
    }

    private boolean isFull() {
        return messages() >= bounds.maxMessages() || bytes() >= bounds.maxBytes();
    }

    /** Whether enough has left a full queue to call it well again: a tenth of its bounds. */
    public boolean hasRoom() {
        return messages() <= bounds.maxMessages() - Math.max(1, bounds.maxMessages() / 10)
                && bytes() <= bounds.maxBytes() - bounds.maxBytes() / 10;
    }

    boolean isOpen() {
        return open;
    }

    boolean wants(BrokerMessage message) {
        return wanted.test(message);
    }

    boolean rejects() {
        return bounds.whenFull() == QueueBounds.WhenFull.REJECT;
    }

    /** Whether the publisher of a message is to be told that it cannot be taken. */
    boolean rejects(BrokerMessage message) {
        boolean rejected = rejects() && message.durable() && isFull() && wanted.test(message);
        if (rejected) {
            drop(message);
        }
        return rejected;
    }

    BrokerMessage view(Message message) {
        return new BrokerMessage(message, wildcards);
    }

    /** Whether a message that is being published goes into the queue. */
    boolean admits(BrokerMessage message) {
        if (!wanted.test(message)) {
            return false;
        }
        if (!message.durable() && !linkUp && !bounds.storeQos0()) {
            receiver.missed(message);
            return false;
        }
        boolean gives =
                switch (bounds.whenFull()) {
                    // Where nobody has it open nobody can take the oldest out.
                    case DROP_OLDEST -> !open;
                    case DROP_NEWEST -> true;
                    // What was not refused will be acknowledged, so it must stay.
                    case REJECT -> !message.durable();
                };
        if (gives && isFull()) {
            drop(message);
            return false;
        }
        return true;
    }

    private void drop(BrokerMessage message) {
        dropped.incrementAndGet();
        receiver.dropped(message);
    }

    /** Under the lock of the queue. */
    boolean accepts(MessageReference reference) {
        if (!open) {
            return false;
        }
        // Before it is asked: an acknowledgement that comes in between must find that somebody waits.
        waits = true;
        int out;
        synchronized (handedOut) {
            out = handedOut.size();
        }
        boolean surplus = isSurplus();
        if (!surplus && (out >= window || !receiver.isReady())) {
            return false;
        }
        waits = false;
        reference.handled();
        synchronized (handedOut) {
            handedOut.put(reference.getMessageID(), reference);
        }
        return true;
    }

    private boolean isSurplus() {
        return bounds.whenFull() == QueueBounds.WhenFull.DROP_OLDEST
                && (messages() > bounds.maxMessages() || bytes() > bounds.maxBytes());
    }

    void hand(MessageReference reference) {
        BrokerMessage message = view(reference.getMessage());
        try {
            handOn(reference, message);
        } catch (RuntimeException e) {
            // Artemis would remove the consumer. The message stays in its place for the next opening.
            log.atError()
                    .addKeyValue("queue", queue.getName())
                    .addKeyValue("topic", message.topic())
                    .setCause(e)
                    .log("message not taken");
        }
    }

    private void handOn(MessageReference reference, BrokerMessage message) {
        if (message.id() < firstJudged && !wanted.test(message)) {
            // It came before the bridge was there to look, or by a line that the bridge has no more.
            settle(reference);
        } else if (isSurplus()) {
            drop(message);
            settle(reference);
        } else {
            receiver.take(message, () -> settle(reference));
        }
    }

    private void settle(MessageReference reference) {
        int out;
        synchronized (handedOut) {
            if (handedOut.remove(reference.getMessageID()) == null) {
                return;
            }
            out = handedOut.size();
        }
        try {
            queue.acknowledge(reference);
        } catch (Exception e) {
            log.atWarn().addKeyValue("queue", queue.getName()).setCause(e).log("not acknowledged, will be sent again");
        }
        // Not for each message: to be asked is a task of its own for the broker.
        if (waits && out <= window * 3 / 4) {
            queue.deliverAsync();
        }
    }

    /** Hands nothing out any more and puts back what is not acknowledged. New messages still collect. */
    @Override
    public void close() {
        open = false;
        try {
            queue.removeConsumer(consumer);
        } catch (Exception e) {
            log.atWarn().addKeyValue("queue", queue.getName()).setCause(e).log("consumer not removed");
        }
        List<MessageReference> back;
        synchronized (handedOut) {
            back = new ArrayList<>(handedOut.values());
            handedOut.clear();
        }
        for (int i = back.size() - 1; i >= 0; i--) {
            try {
                queue.cancel(back.get(i), System.currentTimeMillis());
            } catch (Exception e) {
                log.atWarn().addKeyValue("queue", queue.getName()).setCause(e).log("message not put back");
            }
        }
    }
}
