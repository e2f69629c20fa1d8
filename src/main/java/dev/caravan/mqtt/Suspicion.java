package dev.caravan.mqtt;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Tells a message that makes the broker hang up from a link that fails by itself. Both look the same: the connection
 * ends and nothing is acknowledged. After {@value #STRIKES} such ends the message behind the first one is tried once
 * before it. Where that gets through and the first one then ends the connection again, the first is at fault; where it
 * does not, the link is, and the order is put right again. A message with nobody behind it stands in nobody's way and is
 * tried for ever.
 *
 * <p>Guarded by its {@link Publisher}.
 */
final class Suspicion {

    static final int STRIKES = 5;

    private int fruitless;
    private @Nullable Delivery suspect;
    private boolean probing;
    private boolean othersPass;

    /** Whether messages are to be sent singly, so that it is seen which one ends the connection. */
    boolean isAwake() {
        return fruitless > 0;
    }

    /**
     * Learns from the end of a link.
     *
     * @param waiting the line, with what was sent but not acknowledged back at its head; may be reordered
     * @param sent how many of these were sent on the link
     * @param acknowledgedAny whether the broker took any message on the link
     * @return the message at fault, still in the line, or null
     */
    @Nullable
    Delivery linkEnded(ArrayDeque<Delivery> waiting, int sent, boolean acknowledgedAny) {
        if (suspect != null && !waiting.contains(suspect)) {
            forget();
        }
        if (acknowledgedAny) {
            fruitless = 0;
            othersPass |= probing;
            probing = false;
        } else if (sent > 0) {
            fruitless++;
        } else {
            return null;
        }
        if (sent > 0 && othersPass && suspect != null && waiting.peekFirst() == suspect) {
            Delivery fault = suspect;
            forget();
            return fault;
        }
        if (probing) {
            // The other one fared no better.
            swapFirstTwo(waiting);
            forget();
        } else if (fruitless >= STRIKES && waiting.size() > 1) {
            suspect = waiting.peekFirst();
            swapFirstTwo(waiting);
            probing = true;
        }
        return null;
    }

    private void forget() {
        suspect = null;
        probing = false;
        othersPass = false;
        fruitless = 0;
    }

    private static void swapFirstTwo(ArrayDeque<Delivery> waiting) {
        if (waiting.size() > 1) {
            Delivery first = waiting.removeFirst();
            Delivery second = waiting.removeFirst();
            waiting.addFirst(first);
            waiting.addFirst(second);
        }
    }
}
