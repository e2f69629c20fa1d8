package dev.caravan.store;

import dev.caravan.store.Timeline.Entry;
import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * The newest of what was published, in memory, bounded by {@link StoreBounds}. Thread-safe; needs no closing.
 *
 * <p>Order: timestamps grow strictly over the whole store, also when the clock stands or goes back (then by one
 * microsecond a message). A reader who asks again with the last timestamp it saw gets every later message and no message
 * twice, on one topic and across topics.
 *
 * <p>Retained Messages: brokers repeat them to a new subscription with the RETAIN flag set, and some set the flag on
 * live messages as well (Retain As Published). The two look the same on the wire (MQTT 5.0, 3.3.1.3), so a message with
 * the flag is taken for a repetition, and left out, when both hold:
 *
 * <ol>
 *   <li>it equals the retained value already known of its topic, or, where none is known, a message the history has:
 *       payload, publisher, Content Type and correlation identifier, or the payload alone where the broker told no more;
 *   <li>the topic has messages, or had them until it was cleared.
 * </ol>
 *
 * Everything else is kept: the first value of a topic, and a value that changed while nobody listened. The price: at a
 * broker that sets the flag on live messages, a retained value published again unchanged appears once. What the broker
 * told first ({@link #retained}) and what somebody waits for ({@link #whenKept}) is live for
 * certain and always kept.
 */
final class RecentMessages {

    private final StoreBounds bounds;
    private final InstantSource clock;
    private final Map<String, CompletableFuture<StoredMessage>> waiting = new ConcurrentHashMap<>();

    private final Object lock = new Object();
    /** The topic written to longest ago comes first. */
    private final Map<String, TopicLog> logs = new LinkedHashMap<>();

    private final Timeline timeline = new Timeline();
    private final RetainedValues retainedValues;
    private long kept;
    private long lastTimestamp = Long.MIN_VALUE;

    RecentMessages(StoreBounds bounds, InstantSource clock) {
        this.bounds = bounds;
        this.clock = clock;
        this.retainedValues = new RetainedValues(bounds.topics());
    }

    /**
     * Adds a message to the history and wakes who waits for it.
     *
     * @return the message as it is kept, or empty where it was a broker's repetition of a Retained Message
     * @throws IllegalArgumentException when the topic is no Topic Name
     */
    Optional<StoredMessage> keep(Publication p) {
        StoredMessage message;
        synchronized (lock) {
            if (p.retained() && isRepetition(p)) {
                return Optional.empty();
            }
            message = append(p);
            if (p.retained()) {
                retainedValues.set(p);
            } else {
                retainedValues.complete(p);
            }
            evict();
        }
        if (p.correlationId() != null) {
            CompletableFuture<StoredMessage> waiter = waiting.get(p.correlationId());
            if (waiter != null) {
                waiter.complete(message);
            }
        }
        return Optional.of(message);
    }

    /**
     * Takes what an earlier run kept. Once, before anything else.
     *
     * @param messages oldest first
     * @param after every message from now on gets a greater timestamp
     */
    void restore(List<StoredMessage> messages, long after) {
        synchronized (lock) {
            for (StoredMessage message : messages) {
                add(message, touch(message.topic()));
                if (message.retained()) {
                    retainedValues.restore(message);
                }
                evict();
            }
            lastTimestamp = after;
        }
    }

    /**
     * Tells the Retained Message of a topic, from a broker that knows it. History is unchanged. An empty payload means
     * that the topic has none any more. Call it before the message reaches subscribers, or in any case in the order in
     * which the broker set the values.
     */
    void retained(String topic, byte[] payload) {
        synchronized (lock) {
            retainedValues.set(topic, payload);
            evict();
        }
    }

    /**
     * The messages that match, oldest first.
     *
     * @param after microseconds since the epoch: only messages with a greater timestamp; {@link Long#MIN_VALUE} for all
     */
    List<StoredMessage> read(TopicFilter filter, long after) {
        List<StoredMessage> found = new ArrayList<>();
        if (!filter.hasWildcard()) {
            synchronized (lock) {
                TopicLog log = logs.get(filter.value());
                if (log != null) {
                    log.collect(after, Long.MAX_VALUE, found);
                }
            }
            return found;
        }
        // Writers wait for one topic at a time only. What arrives meanwhile is left to the next read, or a reader could
        // see a younger message of one topic, go on from its timestamp, and never see an older one of another.
        List<TopicLog> all;
        long upTo;
        synchronized (lock) {
            all = new ArrayList<>(logs.values());
            upTo = lastTimestamp;
        }
        for (TopicLog log : all) {
            if (filter.matches(log.topic())) {
                synchronized (lock) {
                    log.collect(after, upTo, found);
                }
            }
        }
        found.sort(Comparator.comparingLong(StoredMessage::timestamp));
        return found;
    }

    /**
     * Forgets the messages of a topic. Its Retained Message is the broker's and stays.
     *
     * @return how many were forgotten, or empty where the history has no message of this topic: never published,
     *     evicted, or cleared before
     */
    OptionalInt clear(TopicName topic) {
        synchronized (lock) {
            TopicLog log = logs.get(topic.value());
            if (log == null) {
                return OptionalInt.empty();
            }
            int count = log.count();
            removeAll(log);
            retainedValues.cleared(topic.value());
            return OptionalInt.of(count);
        }
    }

    /** Every topic with at least one message or a Retained Message, sorted by name. */
    List<TopicSummary> topics() {
        List<TopicSummary> summaries;
        synchronized (lock) {
            summaries = new ArrayList<>(logs.size());
            logs.forEach((topic, log) ->
                    summaries.add(new TopicSummary(topic, log.count(), log.newest(), retainedValues.get(topic))));
            retainedValues.forEach((topic, value) -> {
                if (!logs.containsKey(topic)) {
                    summaries.add(new TopicSummary(topic, 0, null, value));
                }
            });
        }
        summaries.sort(Comparator.comparing(TopicSummary::topic));
        return summaries;
    }

    StoreTotals totals() {
        synchronized (lock) {
            return new StoreTotals(logs.size(), timeline.count(), timeline.bytes() + retainedValues.bytes(), kept);
        }
    }

    /**
     * Completes when a message with this correlation identifier is kept; call it before you publish. Completes
     * exceptionally with a {@link java.util.concurrent.TimeoutException} after {@code limit}, and is then forgotten.
     * It completes on the thread that keeps the message, so do nothing long in what depends on it.
     */
    CompletableFuture<StoredMessage> whenKept(String correlationId, Duration limit) {
        CompletableFuture<StoredMessage> future = new CompletableFuture<>();
        waiting.put(correlationId, future);
        future.whenComplete((message, failure) -> waiting.remove(correlationId, future));
        return future.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** That of the newest message that was ever kept. */
    long lastTimestamp() {
        synchronized (lock) {
            return lastTimestamp;
        }
    }

    private boolean isRepetition(Publication p) {
        if (p.payload().length == 0) {
            return false; // Only ever live: a broker has no empty Retained Message to repeat.
        }
        if (retainedValues.isLive(p.topic())) {
            return false; // Its broker has told of it.
        }
        if (p.correlationId() != null && waiting.containsKey(p.correlationId())) {
            return false; // Somebody has just published it.
        }
        TopicLog log = logs.get(p.topic());
        if (retainedValues.get(p.topic()) != null) {
            return (log != null || retainedValues.isCleared(p.topic())) && retainedValues.isRepetition(p);
        }
        if (log == null) {
            return false;
        }
        for (Entry entry : log.entries()) {
            StoredMessage m = entry.message;
            if (Arrays.equals(m.payload(), p.payload()) && m.publisher().equals(p.publisher())) {
                retainedValues.set(p);
                return true;
            }
        }
        return false;
    }

    private StoredMessage append(Publication p) {
        TopicLog log = touch(p.topic());
        lastTimestamp = Math.max(lastTimestamp + 1, MessageStore.micros(clock));
        kept++;
        StoredMessage message = new StoredMessage(
                lastTimestamp,
                log.topic().value(),
                p.payload(),
                lastTimestamp,
                p.publisher(),
                p.qos(),
                p.retained(),
                p.contentType(),
                p.userProperties());
        add(message, log);
        return message;
    }

    /** The log of a topic that is written to now. */
    private TopicLog touch(String topic) {
        TopicLog log = logs.remove(topic);
        if (log == null) {
            log = new TopicLog(new TopicName(topic));
        }
        logs.put(topic, log);
        return log;
    }

    private void add(StoredMessage message, TopicLog log) {
        Entry entry = new Entry(message, log, message.bytes());
        log.add(entry);
        timeline.add(entry);
    }

    private void evict() {
        Entry newest = timeline.newest();
        if (newest != null && newest.log.count() > bounds.messagesPerTopic()) {
            removeOldest(newest.log);
        }
        while (logs.size() > bounds.topics()) {
            removeAll(logs.values().iterator().next());
        }
        while (timeline.bytes() + retainedValues.bytes() > bounds.bytes()) {
            Entry oldest = timeline.oldest();
            if (oldest != null && timeline.count() > 1) {
                removeOldest(oldest.log);
            } else if (!retainedValues.isEmpty()) {
                retainedValues.removeOldest();
            } else {
                return;
            }
        }
    }

    private void removeAll(TopicLog log) {
        while (log.count() > 0) {
            removeOldest(log);
        }
    }

    private void removeOldest(TopicLog log) {
        timeline.remove(log.removeOldest());
        if (log.count() == 0) {
            logs.remove(log.topic().value());
        }
    }
}
