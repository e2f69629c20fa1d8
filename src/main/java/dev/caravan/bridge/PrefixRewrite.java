package dev.caravan.bridge;

import dev.caravan.topic.TopicFilter;

/**
 * Takes one prefix away and puts another in front, as {@code topic} lines of mosquitto.conf do.
 *
 * <p>{@code a/#} matches {@code a} too. With {@code #} behind the prefixes {@code a/} and {@code b/} that topic holds no
 * prefix to take away; it becomes {@code b}, so that the way back gives {@code a}. (Mosquitto makes {@code b/a} of it.)
 */
record PrefixRewrite(TopicFilter source, TopicFilter target, String sourcePrefix, String targetPrefix)
        implements Rewrite {

    @Override
    public String rename(String topic) {
        if (sourcePrefix.equals(targetPrefix)) {
            return topic;
        }
        if (topic.length() < sourcePrefix.length()) {
            // Only the parent level of '#' is shorter; a prefix before '#' ends with a slash or is empty.
            return targetPrefix.isEmpty() ? "" : targetPrefix.substring(0, targetPrefix.length() - 1);
        }
        return targetPrefix.concat(topic.substring(sourcePrefix.length()));
    }
}
