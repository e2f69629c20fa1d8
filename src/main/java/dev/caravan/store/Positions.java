package dev.caravan.store;

import dev.caravan.topic.TopicFilter;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** How far consumers have acknowledged, where there is no database. Thread-safe. */
final class Positions {

    private record Key(String consumer, TopicFilter filter) {}

    private final Map<Key, Long> positions = new ConcurrentHashMap<>();

    OptionalLong get(String consumer, TopicFilter filter) {
        Long position = positions.get(new Key(consumer, filter));
        return position == null ? OptionalLong.empty() : OptionalLong.of(position);
    }

    OptionalLong acknowledge(String consumer, TopicFilter filter, long id) {
        return OptionalLong.of(positions.merge(new Key(consumer, filter), id, Math::max));
    }

    ConsumerList list() {
        ConsumerList.Builder list = new ConsumerList.Builder();
        positions.entrySet().stream()
                .map(e -> new ConsumerPosition(e.getKey().consumer(), e.getKey().filter(), e.getValue()))
                .forEach(list::add);
        return list.build();
    }

    /** @param filter null for all of the consumer's */
    boolean forget(String consumer, @Nullable TopicFilter filter) {
        return positions
                .keySet()
                .removeIf(key -> key.consumer().equals(consumer)
                        && (filter == null || key.filter().equals(filter)));
    }
}
