package dev.caravan.store;

import java.util.ArrayList;
import java.util.List;

/** Numbers sorted into stretches of time of equal length. For one thread. */
final class Buckets {

    private final long from;
    private final long span;
    private final int points;
    private final long[] counts;
    private final double[] minima;
    private final double[] maxima;
    private final double[] sums;

    Buckets(SeriesQuery query) {
        this.from = query.from();
        this.span = Math.subtractExact(query.to(), query.from());
        this.points = query.points();
        this.counts = new long[points];
        this.minima = new double[points];
        this.maxima = new double[points];
        this.sums = new double[points];
    }

    /** @param time within the query's time */
    void add(long time, double value) {
        int i = (int) ((double) (time - from) / span * points);
        i = Math.min(i, points - 1);
        if (counts[i] == 0 || value < minima[i]) {
            minima[i] = value;
        }
        if (counts[i] == 0 || value > maxima[i]) {
            maxima[i] = value;
        }
        sums[i] += value;
        counts[i]++;
    }

    /** Those that hold a number, oldest first. */
    List<SeriesBucket> filled() {
        List<SeriesBucket> filled = new ArrayList<>();
        for (int i = 0; i < points; i++) {
            if (counts[i] > 0) {
                long start = from + (long) ((double) i * span / points);
                filled.add(new SeriesBucket(start, counts[i], minima[i], maxima[i], sums[i] / counts[i]));
            }
        }
        return filled;
    }
}
