package dev.caravan.bridge;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Lets so many messages a second pass, and a tenth of a second's worth at once. Safe for threads. */
final class Pace {

    private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final long nanosEach;
    private final LongSupplier nanoTime;
    private final AtomicLong due;

    /** @param perSecond 0 for no limit */
    Pace(int perSecond, LongSupplier nanoTime) {
        this.nanosEach = perSecond == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.nanoTime = nanoTime;
        this.due = new AtomicLong(nanoTime.getAsLong());
    }

    /** How long until the next message may pass; 0 for now. */
    long waitNanos() {
        if (nanosEach == 0) {
            return 0;
        }
        return Math.max(0, due.get() - nanoTime.getAsLong() - Math.max(0, BURST_NANOS - nanosEach));
    }

    void passed() {
        if (nanosEach > 0) {
            due.updateAndGet(before -> Math.max(before, nanoTime.getAsLong()) + nanosEach);
        }
    }
}
