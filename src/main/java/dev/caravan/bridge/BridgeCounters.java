package dev.caravan.bridge;

import dev.caravan.bridge.BridgeState.Drop;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a bridge has done so far. Safe for threads. */
final class BridgeCounters {

    final LongAdder out = new LongAdder();
    final LongAdder in = new LongAdder();
    final LongAdder dead = new LongAdder();
    private final Map<Drop, LongAdder> dropped = new EnumMap<>(Drop.class);

    BridgeCounters() {
        for (Drop reason : Drop.values()) {
            dropped.put(reason, new LongAdder());
        }
    }

    void drop(Drop reason) {
        LongAdder counter = dropped.get(reason);
        if (counter != null) {
            counter.increment();
        }
    }

    Map<Drop, Long> dropped() {
        Map<Drop, Long> counts = new EnumMap<>(Drop.class);
        dropped.forEach((reason, counter) -> counts.put(reason, counter.sum()));
        return counts;
    }
}
