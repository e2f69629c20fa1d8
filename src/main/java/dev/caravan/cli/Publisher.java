package dev.caravan.cli;

import java.io.PrintWriter;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/** Publishes with a window of unacknowledged messages, and tells what failed. Thread-safe. */
final class Publisher implements MqttLink.Events {

    private static final int WINDOW = 1_000;
    private static final int FAILURES_SHOWN = 10;

    private final PrintWriter err;
    private final boolean debug;
    private final Semaphore window = new Semaphore(WINDOW);
    private final AtomicLong published = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private volatile boolean lost;

    Publisher(PrintWriter err, boolean debug) {
        this.err = err;
        this.debug = debug;
    }

    boolean isLost() {
        return lost;
    }

    /** Returns before the acknowledgement; waits only while the window is full. */
    void publish(MqttLink link, OutgoingMessage message) throws InterruptedException {
        window.acquire();
        long number = published.incrementAndGet();
        debug("PUBLISH " + number + ": topic " + message.topic() + ", QoS " + message.qos() + ", retain "
                + message.retain() + ", " + message.payload().length + " bytes");
        link.publish(message).whenComplete((ok, failure) -> {
            if (failure == null) {
                debug("PUBLISH " + number + (message.qos() == 0 ? " written" : " acknowledged"));
            } else {
                failed(message, failure);
            }
            window.release();
        });
    }

    void awaitAcknowledgements() throws InterruptedException {
        window.acquire(WINDOW);
    }

    /** @return the exit code */
    int summary() {
        long failed = failures.get();
        if (failed > FAILURES_SHOWN) {
            err.println("Error: " + failed + " of " + published.get() + " messages were not published");
        }
        return failed > 0 || lost ? 1 : 0;
    }

    @Override
    public void connected() {
        debug("CONNACK: connected");
    }

    @Override
    public void lost(String reason) {
        lost = true;
        err.println("Error: the connection was lost: " + reason);
    }

    private void failed(OutgoingMessage message, Throwable failure) {
        if (failures.incrementAndGet() <= FAILURES_SHOWN) {
            err.println("Error: not published to " + message.topic() + ": " + LinkFailure.text(failure));
        }
    }

    private void debug(String line) {
        if (debug) {
            err.println(line);
        }
    }
}
