package dev.caravan.store;

import org.jspecify.annotations.Nullable;

/**
 * One topic at one moment: of the history, or with a Retained Message that the history has no message of.
 *
 * @param topic the Topic Name
 * @param count messages kept
 * @param last the newest of them, null where there is none
 * @param retained the Retained Message of the topic, null where it has none or none is known
 */
public record TopicSummary(
        String topic,
        int count,
        @Nullable StoredMessage last,
        @Nullable RetainedValue retained) {}
