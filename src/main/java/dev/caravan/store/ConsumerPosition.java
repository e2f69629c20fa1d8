package dev.caravan.store;

import dev.caravan.topic.TopicFilter;

/**
 * How far a named consumer has acknowledged the messages of a Topic Filter.
 *
 * @param id of the last message it is done with
 */
public record ConsumerPosition(String consumer, TopicFilter filter, long id) {}
