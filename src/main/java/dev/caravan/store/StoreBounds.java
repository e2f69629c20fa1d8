package dev.caravan.store;

/**
 * How much of what is newest a store keeps in memory. All three hold at once.
 *
 * @param messagesPerTopic messages of one topic; the oldest goes first
 * @param topics topics; the one not written to for longest goes first, and with it its messages
 * @param bytes bytes of memory, estimated: payloads, names and a fixed cost for each message. The oldest message goes
 *     first, whatever its topic; the newest message stays even where it alone is larger
 */
public record StoreBounds(int messagesPerTopic, int topics, long bytes) {

    /** @throws IllegalArgumentException when a bound is below 1 */
    public StoreBounds {
        if (messagesPerTopic < 1 || topics < 1 || bytes < 1) {
            throw new IllegalArgumentException("bounds of the message store must be at least 1");
        }
    }
}
