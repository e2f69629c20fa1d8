package dev.caravan.store;

import dev.caravan.topic.TopicFilter;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** How far consumers have acknowledged, where there is no database. Thread-safe. */
final class Positions {

    private record Key(String consumer, TopicFilter filter) {}

    private final Map<Key, Long> positions = new ConcurrentHashMap<>();

    OptionalLong get(String consumer, TopicFilter filter) {
        Long position = positions.get(new Key(consumer, filter));
        return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }

    void acknowledge(String consumer, TopicFilter filter, long id) {
        positions.merge(new Key(consumer, filter), id, Math::max);
    }
}
