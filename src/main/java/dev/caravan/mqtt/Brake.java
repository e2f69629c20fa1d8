package dev.caravan.mqtt;

import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stops reading from a link while many QoS 0 messages wait, which nothing else holds back: the broker then keeps them.
 * For {@link #LONGEST} at most, as the answers to PINGREQ come the same way; after that it lets go until few wait.
 * Thread-safe.
 */
final class Brake {

    /** Below it, reading goes on; so that reading is not switched for every message, well below where it stops. */
    static final int FEW = 200;

    static final int MANY = 1_000;
    static final Duration LONGEST = Duration.ofSeconds(5);

    private final IntSupplier waiting;
    private final BiConsumer<Runnable, Duration> later;
    private volatile @Nullable Link held;
    private volatile boolean spent;
    private long holds;

    /**
     * @param waiting how many QoS 0 messages wait
     * @param later runs something after a while
     */
    Brake(IntSupplier waiting, BiConsumer<Runnable, Duration> later) {
        this.waiting = waiting;
        this.later = later;
    }

    /** One more came by the link. */
    void added(Link link) {
        if (held == null && !spent && waiting.getAsInt() >= MANY) {
            long hold;
            synchronized (this) {
                held = link;
                hold = ++holds;
                link.read(false);
            }
            later.accept(() -> release(hold), LONGEST);
            // Those that waited may have been taken just before.
            taken();
        }
    }

    /** One was taken. */
    void taken() {
        if ((held != null || spent) && waiting.getAsInt() <= FEW) {
            synchronized (this) {
                spent = false;
                letGo();
            }
        }
    }

    private synchronized void release(long hold) {
        if (held != null && holds == hold) {
            spent = true;
            letGo();
        }
    }

    private void letGo() {
        Link link = held;
        held = null;
        if (link != null) {
            link.read(true);
        }
    }
}
