package dev.caravan.store;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the clock was set, by comparing it with a time that only goes on. For a while after, nobody should delete
 * by age: the clock may be wrong, and be set right again. Not thread-safe.
 */
final class ClockJumps {

    private static final Logger LOG = LoggerFactory.getLogger(ClockJumps.class);
    private static final long JUMP_MICROS = TimeUnit.MINUTES.toMicros(1);
    private static final long WAIT_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private long lastMicros;
    private long lastNanos;
    private long jumpedNanos;
    private boolean waits;

    /** @param nanoTime as {@link System#nanoTime} */
    ClockJumps(InstantSource clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.lastMicros = MessageStore.micros(clock);
        this.lastNanos = nanoTime.getAsLong();
    }

    /** Whether the clock went on evenly for ten minutes, or since the start. */
    boolean isSteady() {
        long micros = MessageStore.micros(clock);
        long nanos = nanoTime.getAsLong();
        long jump = micros - lastMicros - TimeUnit.NANOSECONDS.toMicros(nanos - lastNanos);
        lastMicros = micros;
        lastNanos = nanos;
        if (Math.abs(jump) > JUMP_MICROS) {
            waits = true;
            jumpedNanos = nanos;
            LOG.atWarn()
                    .addKeyValue("by", Duration.ofSeconds(TimeUnit.MICROSECONDS.toSeconds(jump)))
                    .log("The clock was set, or the machine slept; messages are not deleted by age for ten minutes");
        }
        waits = waits && nanos - jumpedNanos < WAIT_NANOS;
        return !waits;
    }
}
