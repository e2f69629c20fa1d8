package dev.caravan.store;

import dev.caravan.json.JsonPath;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that were read for a series: a chart that is drawn again reads only what is new. What the database has does not
 * change, other than by being deleted. At most {@value #MAX_NUMBERS} numbers, 16 bytes each; the series asked for longest
 * ago goes first. Thread-safe.
 */
final class SeriesCache {

    static final int MAX_NUMBERS = 1_000_000;

    /**
     * @param topic the number of the topic
     * @param field the path in the payload
     */
    record Key(long topic, JsonPath field) {}

    /**
     * What is known of one key.
     *
     * @param from the first time that is covered, inclusive
     * @param to the last, exclusive
     * @param cleared up to where the topic was cleared when this was read
     */
    record Known(long from, long to, long cleared, Numbers numbers) {}

    private final Map<Key, Known> known = new LinkedHashMap<>(16, 0.75f, true);
    private long numbers;

    synchronized @Nullable Known get(Key key) {
        return known.get(key);
    }

    synchronized void put(Key key, Known fresh) {
        Known old = known.remove(key);
        numbers -= old == null ? 0 : old.numbers().size();
        if (fresh.numbers().size() > MAX_NUMBERS) {
            return;
        }
        known.put(key, fresh);
        numbers += fresh.numbers().size();
        var eldest = known.values().iterator();
        while (numbers > MAX_NUMBERS) {
            numbers -= eldest.next().numbers().size();
            eldest.remove();
        }
    }
}
