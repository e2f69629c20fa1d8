package dev.caravan.routetest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/** What has come out of the routes so far, in its order. Safe for threads. */
final class Arrivals {

    /** A route that feeds itself would go on for ever. */
    static final int MOST = 1_000;

    /** How often to look at what tells nobody when it changes. */
    private static final long LOOK_MILLIS = 5;

    private final List<Arrival> all = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    void add(Arrival arrival) {
        lock.lock();
        try {
            if (all.size() < MOST) {
                all.add(arrival);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isFull() {
        return all().size() >= MOST;
    }

    List<Arrival> all() {
        lock.lock();
        try {
            return List.copyOf(all);
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a condition holds, or a time of {@link System#nanoTime} has come. Returns whether it holds. */
    boolean await(Predicate<List<Arrival>> condition, long end) throws InterruptedException {
        lock.lock();
        try {
            while (!condition.test(List.copyOf(all))) {
                if (System.nanoTime() - end >= 0) {
                    return false;
                }
                var unused = changed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
