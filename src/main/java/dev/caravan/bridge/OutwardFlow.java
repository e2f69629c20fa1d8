package dev.caravan.bridge;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.bridge.BridgeState.Drop;
import dev.caravan.topic.TopicName;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * From the local queue to the remote. A message is acknowledged to the queue when the remote has acknowledged it, or
 * when it is in the dead-letter file because the remote never will. Safe for threads.
 */
final class OutwardFlow implements LocalBroker.Receiver {

    private final BridgeSettings settings;
    private final String node;
    private final BridgeCounters counters;
    private final ScheduledExecutorService scheduler;
    private final Runnable onFull;
    private final Pace pace;
    private final Courier courier;
    private final AtomicBoolean wakePlanned = new AtomicBoolean();
    private volatile Runnable wake = () -> {};
    private volatile String remoteNode = "";
    private volatile boolean up;

    OutwardFlow(
            BridgeSettings settings,
            String node,
            BridgeCounters counters,
            DeadLetterChannel deadLetters,
            ScheduledExecutorService scheduler,
            Runnable onFull) {
        this.settings = settings;
        this.node = node;
        this.counters = counters;
        this.scheduler = scheduler;
        this.onFull = onFull;
        this.courier = new Courier(counters.out, counters, deadLetters, scheduler, () -> wake.run());
        this.pace = new Pace(settings.maxRate(), System::nanoTime);
    }

    /** @param wakes makes the queue ask again whether there is room */
    void onReady(Runnable wakes) {
        wake = wakes;
    }

    void up(Sink to, String nodeOfRemote) {
        courier.to(to);
        remoteNode = nodeOfRemote;
        up = true;
    }

    void down() {
        up = false;
    }

    @Override
    public boolean wants(BridgeMessage message) {
        try {
            if (settings.topics().outward(new TopicName(message.topic())) == null) {
                return false;
            }
        } catch (IllegalArgumentException e) {
            return true; // take() says what is wrong
        }
        BridgePath path = BridgePath.of(message.userProperties());
        if (path.contains(node) || path.contains(remoteNode)) {
            counters.drop(Drop.LOOP);
            return false;
        }
        if (path.hops() >= settings.hopLimit()) {
            counters.drop(Drop.HOP_LIMIT);
            return false;
        }
        return true;
    }

    @Override
    public boolean isReady() {
        if (!up || courier.isRefused()) {
            return false;
        }
        long nanos = pace.waitNanos();
        if (nanos > 0 && wakePlanned.compareAndSet(false, true)) {
            later(
                    () -> {
                        wakePlanned.set(false);
                        wake.run();
                    },
                    TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
        }
        return nanos == 0;
    }

    @Override
    public void take(BridgeMessage message, Runnable acknowledge) {
        pace.passed();
        Mqtt5Publish publish;
        try {
            Rewritten rewritten = settings.topics().outward(new TopicName(message.topic()));
            if (rewritten == null) {
                acknowledge.run();
                return;
            }
            BridgePath path = BridgePath.of(message.userProperties());
            if (path.contains(remoteNode)) {
                // It entered the queue before the remote had told its name.
                counters.drop(Drop.LOOP);
                acknowledge.run();
                return;
            }
            publish = message.publish(rewritten, path.after(node, node + "-" + message.id(), message.userProperties()));
        } catch (RuntimeException e) {
            courier.dead(message, e, acknowledge);
            return;
        }
        courier.bring(message, publish, acknowledge);
    }

    /** Why nothing flows although the link is up, or null. */
    @Nullable
    String trouble() {
        return courier.isRefused() ? "the remote takes no messages for now: QUOTA_EXCEEDED" : null;
    }

    @Override
    public void dropped() {
        counters.drop(Drop.QUEUE_FULL);
        onFull.run();
    }

    @Override
    public void missed() {
        counters.drop(Drop.QOS0_WHILE_DOWN);
    }

    private void later(Runnable task, long millis) {
        try {
            var unused = scheduler.schedule(task, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Stopping: the queue keeps what is not acknowledged.
        }
    }
}
