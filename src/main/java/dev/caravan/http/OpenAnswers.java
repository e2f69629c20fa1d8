package dev.caravan.http;

import java.util.concurrent.atomic.AtomicInteger;

/** How many answers are open because their reader waits or reads on: not more than so many. Thread-safe. */
final class OpenAnswers {

    private final int limit;
    private final AtomicInteger open = new AtomicInteger();

    OpenAnswers(int limit) {
        this.limit = limit;
    }

    /** @return whether there is room; then {@link #leave} must follow once */
    boolean enter() {
        if (open.incrementAndGet() <= limit) {
            return true;
        }
        open.decrementAndGet();
        return false;
    }

    void leave() {
        open.decrementAndGet();
    }

    int count() {
        return open.get();
    }
}
