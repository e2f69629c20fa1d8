package dev.caravan.bridge;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.bridge.BridgeState.Drop;
import dev.caravan.mqtt.MqttPublishException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Brings messages to one side of a bridge and sees to what becomes of them: taken, to be offered again, given up, or dead.
 * Acknowledges a message where it came from once it need not come again. Safe for threads.
 */
final class Courier {

    private static final int QUOTA_EXCEEDED = 0x97;
    private static final int SERVER_UNAVAILABLE = 0x88;
    private static final int RETAIN_NOT_SUPPORTED = 0x9A;

    private final LongAdder delivered;
    private final BridgeCounters counters;
    private final DeadLetterChannel deadLetters;
    private final RefusedLine refused;
    private volatile @Nullable Sink sink;

    /**
     * @param delivered counts what was taken
     * @param onRoom run when nothing is refused for now any more
     */
    Courier(
            LongAdder delivered,
            BridgeCounters counters,
            DeadLetterChannel deadLetters,
            ScheduledExecutorService scheduler,
            Runnable onRoom) {
        this.delivered = delivered;
        this.counters = counters;
        this.deadLetters = deadLetters;
        this.refused = new RefusedLine(scheduler, onRoom);
    }

    /** Where to from now on; what is brought before the first call stays unacknowledged. */
    void to(Sink side) {
        sink = side;
    }

    /** Whether messages are refused for now, so that no more should be brought. */
    boolean isRefused() {
        return !refused.isEmpty();
    }

    void bring(BridgeMessage message, Mqtt5Publish publish, Runnable acknowledge) {
        if (!refused.joins(() -> send(message, publish, acknowledge, true))) {
            send(message, publish, acknowledge, false);
        }
    }

    /** Puts a message that can never be delivered into the dead letter channel. */
    void dead(BridgeMessage message, Exception reason, Runnable acknowledge) {
        deadLetters.keep(message, reason, () -> {
            counters.dead.increment();
            acknowledge.run();
        });
    }

    private void send(BridgeMessage message, Mqtt5Publish publish, Runnable acknowledge, boolean again) {
        Sink side = sink;
        if (side != null) {
            side.publish(publish, failure -> settle(message, publish, acknowledge, again, failure));
        }
    }

    private void settle(
            BridgeMessage message,
            Mqtt5Publish publish,
            Runnable acknowledge,
            boolean again,
            @Nullable Exception failure) {
        if (failure instanceof RejectedExecutionException) {
            return; // stopping: where it came from it stays
        }
        int code = failure instanceof MqttPublishException no ? no.reasonCode() : 0;
        if (code == QUOTA_EXCEEDED) {
            // Not now. What follows waits until this one is taken.
            refused.refused(() -> send(message, publish, acknowledge, true), again);
            return;
        }
        if (code == RETAIN_NOT_SUPPORTED && publish.isRetain()) {
            // Better delivered than dead: a broker without Retain Available takes it as an ordinary message.
            send(message, publish.extend().retain(false).build(), acknowledge, again);
            return;
        }
        if (failure == null) {
            delivered.increment();
            acknowledge.run();
        } else if (failure instanceof MqttPublishException no && no.isExpired()) {
            counters.drop(Drop.EXPIRED);
            acknowledge.run();
        } else if (code == SERVER_UNAVAILABLE) {
            counters.drop(Drop.QOS0_WHILE_DOWN);
            acknowledge.run();
        } else {
            dead(message, failure, acknowledge);
        }
        if (again) {
            refused.settled();
        }
    }
}
