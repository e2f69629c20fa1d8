package dev.caravan.store;

import java.util.Arrays;

/** The numbers of one topic and field with their times, oldest first. Not thread-safe while it grows. */
final class Numbers {

    private long[] times = new long[16];
    private double[] values = new double[16];
    private int size;

    int size() {
        return size;
    }

    void add(long time, double value) {
        if (size == times.length) {
            times = Arrays.copyOf(times, 2 * size);
            values = Arrays.copyOf(values, 2 * size);
        }
        times[size] = time;
        values[size] = value;
        size++;
    }

    /** These and then those, in arrays that fit. */
    Numbers followedBy(Numbers later) {
        Numbers both = new Numbers();
        both.size = size + later.size;
        both.times = Arrays.copyOf(times, both.size);
        both.values = Arrays.copyOf(values, both.size);
        System.arraycopy(later.times, 0, both.times, size, later.size);
        System.arraycopy(later.values, 0, both.values, size, later.size);
        return both;
    }

    /** Hands over those from one time, inclusive, to another, exclusive. */
    void into(Buckets buckets, long from, long to) {
        int i = Arrays.binarySearch(times, 0, size, from);
        for (i = i < 0 ? -i - 1 : i; i < size && times[i] < to; i++) {
            buckets.add(times[i], values[i]);
        }
    }
}
