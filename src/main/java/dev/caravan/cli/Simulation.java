package dev.caravan.cli;

import java.time.Clock;
import java.time.Duration;

/**
 * What to simulate.
 *
 * @param prefix first levels of the topics of the readings
 * @param devices how many
 * @param interval between two readings of a device
 * @param count readings of each device; 0 without end
 * @param seed the same one gives the same numbers
 * @param temperature mean temperature of the day, in degrees Celsius
 * @param motion whether there are motion detectors too
 * @param clock of the timestamps
 */
record Simulation(
        Broker broker,
        String prefix,
        int devices,
        Duration interval,
        long count,
        long seed,
        double temperature,
        boolean motion,
        Clock clock) {}
