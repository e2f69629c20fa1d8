package dev.caravan.bridge;

import dev.caravan.topic.TopicFilter;

/** How one direction of a topic line names topics anew. Immutable. */
sealed interface Rewrite permits PrefixRewrite, CaptureRewrite {

    /** What is taken, and subscribed to, at the side the messages come from. */
    TopicFilter source();

    /** Covers every topic that comes out; may cover some that never do. */
    TopicFilter target();

    /**
     * The text of the new name, not checked yet; it may be empty or too long.
     *
     * @param topic a topic that {@link #source()} matches
     */
    String rename(String topic);
}
