package dev.caravan.broker;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.WildcardConfiguration;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.core.transaction.impl.TransactionImpl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link ForwardQueue}s of the embedded broker, by name. A queue is there from its first opening until it is deleted
 * by {@link #deleteUnused}, and collects while nobody has it open. Safe for threads.
 */
public final class ForwardQueues {

    private static final String PREFIX = "$caravan.forward.";
    private static final String EVERY_TOPIC = "#";

    /** What a queue takes that has not been opened since the start: no topic of the broker's own, and not for ever. */
    private static final String NO_DOLLAR = "NOT (AMQAddress LIKE '$%')";

    private static final long MOST_UNOPENED = 1_000_000;

    private static final Logger log = LoggerFactory.getLogger(ForwardQueues.class);

    private final ActiveMQServer server;

    /** Each queue as it was opened last in this run: closed, it still says what is wanted and what is refused. */
    private final Map<String, ForwardQueue> latest = new ConcurrentHashMap<>();

    ForwardQueues(ActiveMQServer server) {
        this.server = server;
    }

    /**
     * Opens a queue and begins to hand out. Where it is new, or wants more than when it was opened last in this run, it
     * gets the Retained Messages it wants.
     *
     * @param window how many messages may be handed out and not acknowledged
     * @param wanted what belongs into the queue; asked for each message that is published, so it must be quick
     * @throws IllegalStateException if it is open already, or the broker cannot make it
     */
    public synchronized ForwardQueue open(
            String name,
            QueueBounds bounds,
            int window,
            Predicate<BrokerMessage> wanted,
            ForwardQueue.Receiver receiver) {
        ForwardQueue before = latest.get(name);
        if (before != null && before.isOpen()) {
            throw new IllegalStateException("queue '" + name + "' is open already");
        }
        try {
            Queue queue = server.locateQueue(PREFIX + name);
            boolean isNew = queue == null;
            if (queue == null) {
                queue = server.createQueue(QueueConfiguration.of(PREFIX + name)
                        .setAddress(EVERY_TOPIC)
                        .setRoutingType(RoutingType.MULTICAST)
                        .setFilterString(NO_DOLLAR)
                        .setDurable(true)
                        .setAutoCreated(false)
                        .setAutoDelete(false));
            }
            ForwardQueue opened = new ForwardQueue(
                    server.getStorageManager().generateID(), queue, wildcards(), bounds, window, wanted, receiver);
            try {
                opened.start(server.getStorageManager()::generateID);
                if (isNew) {
                    addRetained(queue, wanted);
                } else if (before != null) {
                    addRetained(queue, message -> wanted.test(message) && !before.wants(message));
                }
            } catch (Exception e) {
                opened.close();
                throw e;
            }
            latest.put(name, opened);
            return opened;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("queue '" + name + "' cannot be opened: " + e.getMessage(), e);
        }
    }

    /** Bounds the queues that nobody may open, such as that of a bridge whose file has a mistake. Called at the start. */
    void boundUnopened() {
        for (Queue queue : BrokerQueues.withPrefix(server, PREFIX)) {
            queue.setFilter(new ForwardFilter(message -> message.getAddress() != null
                    && !message.getAddress().startsWith("$")
                    && queue.getMessageCount() < MOST_UNOPENED));
        }
    }

    /** Keeps a queue, if there is one, as it is: nothing goes in or out until it is opened. */
    public void hold(String name) {
        Queue queue = server.locateQueue(PREFIX + name);
        if (queue != null) {
            queue.setFilter(new ForwardFilter(message -> false));
        }
    }

    /** Closes a queue; messages go on collecting in it. */
    public void close(String name) {
        ForwardQueue last = latest.get(name);
        if (last != null && last.isOpen()) {
            last.close();
        }
    }

    /**
     * Deletes queues that nobody has any use for, with what is in them.
     *
     * @param used whether a name is still in use, open or not
     */
    public void deleteUnused(Predicate<String> used) {
        for (Queue queue : BrokerQueues.withPrefix(server, PREFIX)) {
            String name = queue.getName().toString().substring(PREFIX.length());
            if (!used.test(name)) {
                long messages = queue.getMessageCount();
                try {
                    server.destroyQueue(queue.getName(), null, false);
                    log.atWarn()
                            .addKeyValue("queue", name)
                            .addKeyValue("messages", messages)
                            .log("Queue deleted with its messages: no bridge has this name any more");
                } catch (Exception e) {
                    log.atWarn().addKeyValue("queue", name).setCause(e).log("unused queue not deleted");
                }
            }
        }
    }

    /** Whether there is a queue that refuses anything at all; asked for each message. */
    boolean anyRejects() {
        for (ForwardQueue queue : latest.values()) {
            if (queue.rejects()) {
                return true;
            }
        }
        return false;
    }

    /** Whether a full queue refuses a message that a client publishes. */
    boolean rejects(Message message) {
        BrokerMessage view = new BrokerMessage(message, wildcards());
        return latest.values().stream().anyMatch(queue -> queue.rejects(view));
    }

    private void addRetained(Queue target, Predicate<BrokerMessage> wanted) throws Exception {
        Map<Queue, Message> added = new HashMap<>();
        for (Queue queue : BrokerQueues.retained(server)) {
            Message retained = BrokerQueues.retainedMessage(queue);
            if (retained != null && wanted.test(new BrokerMessage(retained, wildcards()))) {
                added.put(queue, retained);
            }
        }
        add(target, added.values());
        // One that was replaced meanwhile may stand before its predecessor now: the newest goes in once more, last.
        Map<Queue, Message> newer = new HashMap<>();
        added.forEach((queue, before) -> {
            Message now = BrokerQueues.retainedMessage(queue);
            if (now != null && now.getMessageID() != before.getMessageID()) {
                newer.put(queue, now);
            }
        });
        add(target, newer.values());
    }

    private void add(Queue target, Collection<Message> messages) throws Exception {
        Transaction tx = new TransactionImpl(server.getStorageManager());
        for (Message message : messages) {
            Message copy = message.copy(server.getStorageManager().generateID());
            // From now on it waits.
            copy.setTimestamp(System.currentTimeMillis());
            MQTTUtil.sendMessageDirectlyToQueue(server.getStorageManager(), server.getPostOffice(), copy, target, tx);
        }
        tx.commit();
    }

    private WildcardConfiguration wildcards() {
        return server.getConfiguration().getWildcardConfiguration();
    }
}
