package dev.caravan.cli;

import java.io.PrintWriter;
import java.util.List;

/** The line that says how the simulation goes: written over on a terminal, otherwise one every 10 s. One thread. */
final class SimulationProgress {

    private static final long EVERY_NANOS = 10_000_000_000L;
    private static final long EVERY_NANOS_INTERACTIVE = 500_000_000L;

    private final PrintWriter err;
    private final boolean interactive;
    private final SimulationCounts counts;
    private final List<SimulatedDevice> devices;
    private long lastNanos = System.nanoTime();
    private long lastAcknowledged;

    SimulationProgress(Terminal terminal, SimulationCounts counts, List<SimulatedDevice> devices) {
        this.err = terminal.err();
        this.interactive = terminal.interactive();
        this.counts = counts;
        this.devices = devices;
    }

    void showWhenDue() {
        if (System.nanoTime() - lastNanos >= (interactive ? EVERY_NANOS_INTERACTIVE : EVERY_NANOS)) {
            show();
        }
    }

    void showLast() {
        show();
        if (interactive) {
            err.println();
        }
    }

    private void show() {
        long now = System.nanoTime();
        long acknowledged = counts.acknowledged.sum();
        double seconds = Math.max(now - lastNanos, 1) / 1e9;
        long online = devices.stream().filter(SimulatedDevice::isConnected).count();
        StringBuilder line = new StringBuilder()
                .append("devices ")
                .append(online)
                .append('/')
                .append(devices.size())
                .append("  sent ")
                .append(counts.sent.sum())
                .append("  acknowledged ")
                .append(acknowledged)
                .append("  rate ")
                .append(Math.round((acknowledged - lastAcknowledged) / seconds))
                .append("/s");
        if (counts.skipped.sum() > 0) {
            line.append("  readings left out ").append(counts.skipped.sum());
        }
        if (counts.failed.sum() > 0) {
            line.append("  failed ").append(counts.failed.sum());
        }
        if (interactive) {
            // Carriage return and "erase to the end of the line".
            err.print("\r" + line + "\u001b[K");
            err.flush();
        } else {
            err.println(line);
        }
        lastNanos = now;
        lastAcknowledged = acknowledged;
    }
}
