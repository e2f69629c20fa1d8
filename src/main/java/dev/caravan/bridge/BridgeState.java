package dev.caravan.bridge;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a bridge is, a snapshot. Holds no credentials. Counts are since the bridge was started, which a changed file does
 * anew.
 *
 * @param address the remote's address in use or tried last; empty while the bridge is off
 * @param connected whether messages can flow: the link is up, every subscription granted, and what is sent is acknowledged
 * @param since when {@code connected} last changed, or the bridge was started
 * @param lastError why it is not connected, or was not the last time; null if it never failed
 * @param buffered messages for the remote that it has not acknowledged; -1 where an outside broker keeps them
 * @param bufferedBytes bytes of these, -1 as before
 * @param oldestSeconds how long the oldest of these has waited; 0 where there is none
 * @param inFlight of these, sent and not acknowledged yet
 * @param out messages that the remote has acknowledged
 * @param in messages from the remote that the local broker has acknowledged
 * @param redelivered messages sent once more because a connection was lost
 * @param dropped messages given up, by reason
 * @param dead messages that one side refused, kept in the dead-letter file
 * @param full whether the queue is full and the policy at work
 */
public record BridgeState(
        String name,
        String address,
        String clientId,
        boolean connected,
        Instant since,
        @Nullable String lastError,
        long buffered,
        long bufferedBytes,
        long oldestSeconds,
        int inFlight,
        long out,
        long in,
        long redelivered,
        Map<Drop, Long> dropped,
        long dead,
        boolean full) {

    /** Why a message did not cross although a topic line takes it. */
    public enum Drop {
        /** The queue was full. */
        QUEUE_FULL,
        /** It had QoS 0, and nobody was there to take it. */
        QOS0_WHILE_DOWN,
        /** It has been where it would go. */
        LOOP,
        /** It has crossed as many bridges as it may. */
        HOP_LIMIT,
        /** Its Message Expiry Interval ran out on the way. */
        EXPIRED
    }

    public BridgeState {
        dropped = Map.copyOf(dropped);
    }
}
