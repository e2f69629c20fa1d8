package dev.caravan.cli;

import java.util.Random;

/**
 * Made-up readings of one room: a daily curve, coolest at 4 and warmest at 16 o'clock, with a smooth random walk on
 * it. The same seed and interval give the same numbers. Not thread-safe.
 */
final class Sensor {

    /**
     * One reading.
     *
     * @param temperature in degrees Celsius
     * @param humidity relative, in per cent
     * @param pressure in hectopascal
     */
    record Reading(double temperature, double humidity, double pressure) {}

    private static final double SECONDS_OF_DAY = 86_400;
    private static final double WARMEST = 16 * 3_600;
    private static final double FIRST_READING = 8 * 3_600;
    private static final double MOTION_BEGINS = 0.05;
    private static final double MOTION_ENDS = 0.25;

    private final Random random;
    private final Random motionRandom;
    private final double base;
    private final double intervalSeconds;
    private double temperatureWalk;
    private double humidityWalk;
    private double pressureWalk;
    private double time = FIRST_READING;
    private boolean motion;

    /** @param base mean temperature of the day */
    Sensor(long seed, double base, double intervalSeconds) {
        this.random = new Random(seed);
        // Of its own, so that the other numbers are the same with and without motion.
        this.motionRandom = new Random(~seed);
        this.base = base + random.nextDouble() - 0.5;
        this.intervalSeconds = intervalSeconds;
    }

    Reading next() {
        double day = Math.cos((time - WARMEST) / SECONDS_OF_DAY * 2 * Math.PI);
        time += intervalSeconds;
        temperatureWalk = step(temperatureWalk, 0.05);
        humidityWalk = step(humidityWalk, 0.2);
        pressureWalk = step(pressureWalk, 0.1);
        double humidity = 50 - 8 * day + humidityWalk;
        return new Reading(
                twoDecimals(base + 3 * day + temperatureWalk),
                twoDecimals(Math.max(0, Math.min(100, humidity))),
                twoDecimals(1_013 + pressureWalk));
    }

    /** Whether somebody moves there at the next reading. */
    boolean nextMotion() {
        double chance = motion ? MOTION_ENDS : MOTION_BEGINS;
        motion ^= motionRandom.nextDouble() < chance;
        return motion;
    }

    /** Drawn back to zero a little, so that it never walks away. */
    private double step(double walk, double size) {
        return walk * 0.99 + random.nextGaussian() * size;
    }

    private static double twoDecimals(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
