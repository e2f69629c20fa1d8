package dev.caravan.store;

import dev.caravan.json.JsonPath;
import dev.caravan.topic.TopicName;

/**
 * A number of one topic over time, for a chart.
 *
 * @param topic whose messages
 * @param field where the number stands in the payload; without a step the payload is the number
 * @param from microseconds since the epoch, inclusive
 * @param to microseconds since the epoch, exclusive
 * @param points into how many buckets of equal length the time is divided
 */
public record SeriesQuery(TopicName topic, JsonPath field, long from, long to, int points) {

    /** The most buckets of one answer. */
    public static final int MAX_POINTS = 100_000;

    /** Some 70,000 years on either side of 1970: lengths of time between such times do not overflow. */
    private static final long MOST_MICROS = 1L << 61;

    /** @throws IllegalArgumentException when the time is empty or there are too few or too many points */
    public SeriesQuery {
        if (from >= to) {
            throw new IllegalArgumentException("from must be before to");
        }
        if (points < 1 || points > MAX_POINTS) {
            throw new IllegalArgumentException("points must be from 1 to " + MAX_POINTS + ", was " + points);
        }
        from = Math.max(-MOST_MICROS, Math.min(from, MOST_MICROS - 1));
        to = Math.max(from + 1, Math.min(to, MOST_MICROS));
    }
}
