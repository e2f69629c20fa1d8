package dev.caravan.cli;

import java.io.PrintWriter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What all simulated devices did, and a voice for their troubles. Thread-safe. */
final class SimulationCounts {

    /** A thousand devices have the same trouble at the same time: each is told once. */
    private static final int MOST_TROUBLES = 20;

    final LongAdder sent = new LongAdder();
    final LongAdder acknowledged = new LongAdder();
    final LongAdder failed = new LongAdder();
    final LongAdder skipped = new LongAdder();

    private final PrintWriter err;
    private final Set<String> troubles = ConcurrentHashMap.newKeySet();

    SimulationCounts(PrintWriter err) {
        this.err = err;
    }

    void trouble(String text) {
        if (troubles.size() < MOST_TROUBLES && troubles.add(text)) {
            err.println("Warning: " + text);
        }
    }

    /** Whoever was told that all is well again wants to hear of the next trouble, also of the same one. */
    void forgetTroubles() {
        troubles.clear();
    }
}
