package dev.caravan.bridge;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.bridge.BridgeState.Drop;
import dev.caravan.topic.TopicName;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;

/**
 * From the remote to the local broker. A message is acknowledged to the remote when the local broker has it on disk; until
 * then the remote's session keeps it. Safe for threads.
 */
final class InwardFlow {

    private final BridgeSettings settings;
    private final LocalBroker broker;
    private final BridgeCounters counters;
    private final Courier courier;
    private volatile String remoteNode = "";

    InwardFlow(
            BridgeSettings settings,
            LocalBroker broker,
            BridgeCounters counters,
            DeadLetterChannel deadLetters,
            ScheduledExecutorService scheduler,
            Sink local) {
        this.settings = settings;
        this.broker = broker;
        this.counters = counters;
        this.courier = new Courier(counters.in, counters, deadLetters, scheduler, () -> {});
        courier.to(local);
    }

    void up(String nodeOfRemote) {
        remoteNode = nodeOfRemote;
    }

    void arrived(Mqtt5Publish arrival, Runnable acknowledge) {
        BridgeMessage message = new BridgeMessage.FromConnection(arrival);
        Mqtt5Publish publish;
        try {
            Rewritten rewritten = settings.topics().inward(new TopicName(message.topic()));
            if (rewritten == null) {
                // By a subscription that the bridge had before.
                acknowledge.run();
                return;
            }
            BridgePath path = BridgePath.of(message.userProperties());
            if (path.contains(broker.node())) {
                counters.drop(Drop.LOOP);
                acknowledge.run();
                return;
            }
            if (broker.refuses(rewritten.target().value())) {
                throw new IllegalArgumentException("the local broker takes no message on '" + rewritten.target() + "'");
            }
            publish = message.publish(rewritten, path.after(remoteNode, newId(), message.userProperties()));
        } catch (RuntimeException e) {
            courier.dead(message, e, acknowledge);
            return;
        }
        courier.bring(message, publish, acknowledge);
    }

    /** The remote has no name for the message that would be the same if it came again; from here on this one is. */
    private String newId() {
        return broker.node() + "-"
                + Long.toUnsignedString(ThreadLocalRandom.current().nextLong(), Character.MAX_RADIX);
    }
}
