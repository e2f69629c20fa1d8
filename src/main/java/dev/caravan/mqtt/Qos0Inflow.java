package dev.caravan.mqtt;

import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps QoS 0 messages from filling the memory of a route that is slower than its broker. Nothing acknowledges them, so
 * the Receive Maximum does not hold them back: from {@value #PAUSE_AT} on nothing more is read from the connection, and
 * the broker has to wait. Only a pause that grows too long for the keep alive is ended, and then what is too much is
 * dropped. Safe for threads.
 */
final class Qos0Inflow {

    static final int PAUSE_AT = 1_000;
    private static final int RESUME_AT = 500;

    /** What a read that was under way may still bring: 64 KB of the smallest messages there are. */
    private static final int MOST = 10_000;

    private final InstantSource clock;
    private final Duration longestPause;
    private int waiting;
    private @Nullable Link paused;
    private long pausedAt;

    /** @param keepAlive of the connections; half of it is the longest pause */
    Qos0Inflow(InstantSource clock, Duration keepAlive) {
        this.clock = clock;
        this.longestPause = keepAlive.isZero() ? Duration.ofMinutes(1) : keepAlive.dividedBy(2);
    }

    /** @return false where the message must be dropped */
    synchronized boolean admit(Link link) {
        boolean expired = paused != null && clock.millis() - pausedAt >= longestPause.toMillis();
        if (waiting >= (paused == null || expired ? PAUSE_AT : MOST)) {
            return false;
        }
        waiting++;
        if (waiting >= PAUSE_AT && paused != link && !expired) {
            paused = link;
            pausedAt = clock.millis();
            link.pause(longestPause);
        }
        return true;
    }

    /** One that was admitted is no longer waiting. */
    synchronized void taken() {
        waiting--;
        if (waiting <= RESUME_AT) {
            resume();
        }
    }

    /** Whatever waited is gone. */
    synchronized void clear() {
        waiting = 0;
        resume();
    }

    private void resume() {
        Link last = paused;
        if (last != null) {
            paused = null;
            last.resume();
        }
    }
}
