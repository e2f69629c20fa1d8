package dev.caravan.store;

import dev.caravan.topic.TopicFilter;

/**
 * Which messages of the store to read, oldest first. All conditions hold at once.
 *
 * @param topics the Topic Filter they match
 * @param from microseconds since the epoch, inclusive
 * @param to microseconds since the epoch, exclusive
 * @param afterId only messages with a greater id; {@link Long#MIN_VALUE} for all
 * @param limit how many at most, at least 1
 */
public record MessageQuery(TopicFilter topics, long from, long to, long afterId, long limit) {

    /** @throws IllegalArgumentException when the limit is below 1 */
    public MessageQuery {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, was " + limit);
        }
    }

    /** The least id that can match: an id is the timestamp. */
    long firstId() {
        return Math.max(from, afterId == Long.MAX_VALUE ? afterId : afterId + 1);
    }
}
