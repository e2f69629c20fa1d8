package dev.caravan.mqtt;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Lets one event a period through and counts the others. Safe for threads. */
final class Throttle {

    private final Clock clock;
    private final Duration period;
    private @Nullable Instant last;
    private long suppressed;

    Throttle(Clock clock, Duration period) {
        this.clock = clock;
        this.period = period;
    }

    /** @return how many were held back before this one, or -1 if this one is held back too */
    synchronized long admit() {
        Instant now = clock.instant();
        Instant before = last;
        if (before != null && now.isBefore(before.plus(period))) {
            suppressed++;
            return -1;
        }
        last = now;
        long held = suppressed;
        suppressed = 0;
        return held;
    }

    /** The next event passes, whatever came before. */
    synchronized void reset() {
        last = null;
    }
}
