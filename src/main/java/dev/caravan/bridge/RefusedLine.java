package dev.caravan.bridge;

import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The messages that a broker does not take for now (Quota exceeded, MQTT 5.0, 3.4.2.1), in order. The first one alone is
 * offered again after a pause of 1 s, 2 s, 4 s, ... up to {@value #LONGEST_PAUSE_MILLIS} ms; once it is taken the others
 * follow one by one, so that none overtakes another. Safe for threads.
 */
final class RefusedLine {

    private static final long FIRST_PAUSE_MILLIS = 1_000;
    private static final long LONGEST_PAUSE_MILLIS = 30_000;

    private final ScheduledExecutorService scheduler;
    private final Runnable onEmpty;
    private final ArrayDeque<Runnable> line = new ArrayDeque<>();
    private boolean offered;
    private boolean planned;
    private long pause = FIRST_PAUSE_MILLIS;

    /** @param onEmpty run when the last one is taken */
    RefusedLine(ScheduledExecutorService scheduler, Runnable onEmpty) {
        this.scheduler = scheduler;
        this.onEmpty = onEmpty;
    }

    synchronized boolean isEmpty() {
        return line.isEmpty() && !offered;
    }

    /**
     * Takes in a message that would overtake others.
     *
     * @return false if nothing waits, so that it can be sent at once
     */
    synchronized boolean joins(Runnable send) {
        if (isEmpty()) {
            return false;
        }
        line.addLast(send);
        return true;
    }

    /**
     * The broker refused a message for now.
     *
     * @param again whether it is the one that this line offered
     */
    void refused(Runnable send, boolean again) {
        long millis;
        synchronized (this) {
            if (again) {
                offered = false;
                line.addFirst(send);
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            } else {
                line.addLast(send);
            }
            if (planned || offered) {
                return;
            }
            planned = true;
            millis = pause;
        }
        try {
            var unused = scheduler.schedule(this::offer, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Stopping: whoever sent the messages keeps what is not acknowledged.
            return;
        }
    }

    /** The message that this line offered is settled. */
    void settled() {
        boolean empty;
        synchronized (this) {
            offered = false;
            pause = FIRST_PAUSE_MILLIS;
            empty = line.isEmpty();
        }
        if (empty) {
            onEmpty.run();
        } else {
            offer();
        }
    }

    private void offer() {
        Runnable first;
        synchronized (this) {
            planned = false;
            first = offered ? null : line.pollFirst();
            offered |= first != null;
        }
        if (first != null) {
            first.run();
        }
    }
}
