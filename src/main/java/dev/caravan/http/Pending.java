package dev.caravan.http;

import java.util.concurrent.CompletableFuture;

/** What somebody waits for, and the wish that they wait no longer. Thread-safe. */
final class Pending {

    private CompletableFuture<Boolean> wait = CompletableFuture.completedFuture(false);
    private boolean hurried;

    /** Holds it, to end it on a hurry; at once where that came before. */
    synchronized CompletableFuture<Boolean> hold(CompletableFuture<Boolean> next) {
        wait = next;
        if (hurried) {
            next.complete(false);
        }
        return next;
    }

    synchronized boolean isHurried() {
        return hurried;
    }

    void hurry() {
        CompletableFuture<Boolean> waited;
        synchronized (this) {
            hurried = true;
            waited = wait;
        }
        waited.complete(false);
    }
}
