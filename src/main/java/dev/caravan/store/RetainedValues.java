package dev.caravan.store;

import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the broker's Retained Messages, by topic. At most so many topics; the one set longest ago is
 * forgotten first. Not thread-safe: {@link RecentMessages} holds its lock around every call.
 */
final class RetainedValues {

    private final int limit;
    private final Map<String, Known> byTopic = new LinkedHashMap<>();
    /** How many live messages of a topic are still to come that its broker has told the payload of. */
    private final Map<String, Integer> toCome = new LinkedHashMap<>();

    private long bytes;

    RetainedValues(int limit) {
        this.limit = limit;
    }

    long bytes() {
        return bytes;
    }

    @Nullable
    RetainedValue get(String topic) {
        Known known = byTopic.get(topic);
        return known == null ? null : known.value;
    }

    void forEach(BiConsumer<String, RetainedValue> action) {
        byTopic.forEach((topic, known) -> action.accept(topic, known.value));
    }

    /** From the broker itself: the payload is all that is known of the message. */
    void set(String topic, byte[] payload) {
        put(topic, payload, new RetainedValue(payload, null), null);
        toCome.merge(topic, 1, Integer::sum);
        if (toCome.size() > limit) {
            toCome.remove(toCome.keySet().iterator().next());
        }
    }

    /** Whether the next message with the RETAIN flag is live for certain. */
    boolean isLive(String topic) {
        return toCome.containsKey(topic);
    }

    private void arrived(String topic) {
        toCome.computeIfPresent(topic, (t, count) -> count == 1 ? null : count - 1);
    }

    /** From a message with the RETAIN flag; an empty payload removes the value (MQTT 5.0, 3.3.1.3). */
    void set(Publication p) {
        arrived(p.topic());
        put(p.topic(), p.payload(), new RetainedValue(p.payload(), p.contentType()), p);
    }

    /** From a message with the RETAIN flag that an earlier run kept. */
    void restore(StoredMessage m) {
        put(m.topic(), m.payload(), new RetainedValue(m.payload(), m.contentType()), null);
    }

    private void put(String topic, byte[] payload, RetainedValue value, @Nullable Publication source) {
        remove(topic);
        if (payload.length == 0) {
            return;
        }
        byTopic.put(topic, new Known(value, source));
        bytes += cost(topic, value);
        if (byTopic.size() > limit) {
            removeOldest();
        }
    }

    /** Learns the rest of a value of which the broker told the payload, once the message itself is seen. */
    void complete(Publication p) {
        Known known = byTopic.get(p.topic());
        if (known != null && known.source == null && Arrays.equals(known.value.payload(), p.payload())) {
            known.value = new RetainedValue(p.payload(), p.contentType());
            arrived(p.topic());
        }
    }

    /** Whether {@code p} can be the broker's repetition of the value known here. */
    boolean isRepetition(Publication p) {
        Known known = byTopic.get(p.topic());
        if (known == null || !Arrays.equals(known.value.payload(), p.payload())) {
            return false;
        }
        return known.source == null || sameMessage(known.source, p);
    }

    private static boolean sameMessage(Publication a, Publication b) {
        return Objects.equals(a.correlationId(), b.correlationId())
                && a.publisher().equals(b.publisher())
                && Objects.equals(a.contentType(), b.contentType());
    }

    /** The history of the topic was cleared on purpose: a repetition must not bring it back. */
    void cleared(String topic) {
        Known known = byTopic.get(topic);
        if (known != null) {
            known.cleared = true;
        }
    }

    boolean isCleared(String topic) {
        Known known = byTopic.get(topic);
        return known != null && known.cleared;
    }

    boolean isEmpty() {
        return byTopic.isEmpty();
    }

    void removeOldest() {
        Iterator<Map.Entry<String, Known>> oldest = byTopic.entrySet().iterator();
        if (oldest.hasNext()) {
            Map.Entry<String, Known> entry = oldest.next();
            bytes -= cost(entry.getKey(), entry.getValue().value);
            oldest.remove();
        }
    }

    private void remove(String topic) {
        Known known = byTopic.remove(topic);
        if (known != null) {
            bytes -= cost(topic, known.value);
        }
    }

    private static long cost(String topic, RetainedValue value) {
        return StoredMessage.FIXED_COST + topic.length() + value.payload().length;
    }

    private static final class Known {
        RetainedValue value;
        final @Nullable Publication source;
        boolean cleared;

        Known(RetainedValue value, @Nullable Publication source) {
            this.value = value;
            this.source = source;
        }
    }
}
