package dev.caravan.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish to stop: Ctrl-C and SIGTERM, or an interrupt of the command's thread. The process ends only after
 * {@link #close()}, or {@value #PATIENCE_SECONDS} s later, so that a command can say goodbye to its broker. An
 * interrupt is taken in here: its flag would only break the waits of the goodbye.
 * Thread-safe.
 */
final class StopSignal implements AutoCloseable {

    private static final int PATIENCE_SECONDS = 5;

    private final CountDownLatch wanted = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "stop-command");

    StopSignal() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    boolean isWanted() {
        if (Thread.interrupted()) {
            wanted.countDown();
        }
        return wanted.getCount() == 0;
    }

    /** @return whether to stop; false after {@code time} */
    boolean await(Duration time) {
        try {
            return wanted.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            wanted.countDown();
            return true;
        }
    }

    void stop() {
        wanted.countDown();
    }

    @Override
    public void close() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending already: the hook is what waits for us.
        }
    }

    private void stopAndWait() {
        wanted.countDown();
        try {
            if (!finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                Thread.currentThread().interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
