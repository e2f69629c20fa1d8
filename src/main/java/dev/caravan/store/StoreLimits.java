package dev.caravan.store;

import java.time.Duration;

/**
 * How much the database keeps; the oldest messages go first. All hold at once, enforced in the background: for a moment
 * there may be more.
 *
 * @param messagesPerTopic messages of one topic; 0 for no bound
 * @param messages messages of all topics
 * @param bytes bytes of the database in use
 * @param age how long a message is kept
 */
public record StoreLimits(long messagesPerTopic, long messages, long bytes, Duration age) {

    /** @throws IllegalArgumentException when nothing could be kept */
    public StoreLimits {
        if (messagesPerTopic < 0 || messages < 1 || bytes < 1 || age.isNegative() || age.isZero()) {
            throw new IllegalArgumentException("limits of the message store must leave something to keep");
        }
    }
}
