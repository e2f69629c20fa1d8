package dev.caravan.broker;

/**
 * How much a {@link ForwardQueue} holds, and what becomes of a message that is too much. The numbers are kept to within
 * what is on its way into the queue at that moment.
 *
 * @param maxMessages at least 1
 * @param maxBytes at least 1, payloads and properties together
 * @param storeQos0 whether messages of QoS 0, which live in memory only, wait too while nothing is taken
 */
public record QueueBounds(long maxMessages, long maxBytes, WhenFull whenFull, boolean storeQos0) {

    /** What gives way in a full queue. */
    public enum WhenFull {
        /** The message that has waited longest. */
        DROP_OLDEST,
        /** The message that arrives. */
        DROP_NEWEST,
        /** Nothing: the publisher is told that its message was not taken (MQTT 5: Quota exceeded, 0x97). */
        REJECT
    }

    public QueueBounds {
        if (maxMessages < 1 || maxBytes < 1) {
            throw new IllegalArgumentException("a queue must have room for a message");
        }
    }
}
