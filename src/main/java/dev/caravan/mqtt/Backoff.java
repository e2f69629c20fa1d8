package dev.caravan.mqtt;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: a random part of 1 s, 2 s, 4 s, ... up to a limit, so that many clients of a
 * broker that comes back do not arrive together. One per connection; not safe for threads.
 */
final class Backoff {

    private static final long FIRST_MILLIS = 1_000;
    private static final long LEAST_MILLIS = 50;

    private final long maxMillis;
    private final RandomGenerator random;
    private int attempts;

    Backoff(long maxMillis, RandomGenerator random) {
        this.maxMillis = Math.max(LEAST_MILLIS, maxMillis);
        this.random = random;
    }

    long nextMillis() {
        long ceiling = Math.min(maxMillis, FIRST_MILLIS << Math.min(attempts, 30));
        attempts++;
        return Math.max(LEAST_MILLIS, random.nextLong(ceiling + 1));
    }

    void reset() {
        attempts = 0;
    }
}
