package dev.caravan.store;

import org.jspecify.annotations.Nullable;

/**
 * One topic of the history at one moment.
 *
 * @param topic the Topic Name
 * @param count messages kept, at least 1
 * @param last the newest of them
 * @param retained the Retained Message of the topic, null where it has none or none is known
 */
public record TopicSummary(
        String topic,
        int count,
        StoredMessage last,
        @Nullable RetainedValue retained) {}
