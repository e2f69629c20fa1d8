package dev.caravan.bridge;

import dev.caravan.topic.TopicName;

/**
 * What becomes of a message's topic when it crosses the bridge.
 *
 * @param line the topic line that took it
 * @param target the topic at the other side
 */
record Rewritten(TopicLine line, TopicName target) {}
