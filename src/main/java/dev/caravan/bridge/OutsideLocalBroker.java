package dev.caravan.bridge;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.broker.QueueBounds;
import dev.caravan.mqtt.MqttComponent;
import dev.caravan.mqtt.MqttConnection;
import dev.caravan.topic.TopicFilter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A local broker that is not in this process ({@code broker.embedded=false}): a durable session there is the queue, so its
 * bounds are the broker's and how much it holds is not known here.
 */
public record OutsideLocalBroker(MqttComponent mqtt, String url, String user, String password, String clientId)
        implements LocalBroker {

    @Override
    public String node() {
        return "local-" + BridgePath.nodeAt(url);
    }

    @Override
    public boolean refuses(String topic) {
        return false;
    }

    @Override
    public void hold(BridgeSettings bridge) {
        // The session at the broker goes on by that broker's rules.
    }

    @Override
    public LocalBroker.Queue open(BridgeSettings bridge, Receiver receiver) {
        List<TopicLine> lines = bridge.topics().out();
        List<TopicFilter> filters = lines.stream().map(TopicLine::localFilter).toList();
        Session session = new Session(receiver, bridge.queue());
        session.connection = mqtt.connect(
                new RemoteOptions(bridge).local(this, "-out", RemoteOptions.subscriptions(filters, lines, false), null),
                session);
        return session;
    }

    /** What has arrived and waits for the remote: at most the window, as the broker may not send more, and QoS 0. */
    private static final class Session implements LocalBroker.Queue, MqttConnection.Listener {

        private record Arrival(Mqtt5Publish message, Runnable acknowledge) {}

        private final Receiver receiver;
        private final boolean storesQos0;
        private final long most;
        private final ConcurrentLinkedQueue<Arrival> waiting = new ConcurrentLinkedQueue<>();
        private final AtomicInteger turns = new AtomicInteger();
        private volatile boolean open = true;
        private @Nullable MqttConnection connection;

        Session(Receiver receiver, QueueBounds bounds) {
            this.receiver = receiver;
            this.storesQos0 = bounds.storeQos0();
            this.most = bounds.maxMessages();
        }

        @Override
        public void connected(MqttConnection from, Map<String, String> userProperties) {
            // Messages come by themselves.
        }

        @Override
        public void disconnected() {
            // The broker sends again what is not acknowledged; what waits here would come twice.
            waiting.clear();
        }

        @Override
        public void arrived(Mqtt5Publish message, Runnable acknowledge) {
            BridgeMessage arrived = new BridgeMessage.FromConnection(message);
            if (arrived.qos() == 0 && (storesQos0 ? waiting.size() >= most : !receiver.isReady())) {
                receiver.missed();
                acknowledge.run();
            } else if (receiver.wants(arrived)) {
                waiting.add(new Arrival(message, acknowledge));
                wake();
            } else {
                acknowledge.run();
            }
        }

        @Override
        public void setFlowing(boolean flowing) {
            wake();
        }

        /** One thread at a time, so that the order stays. */
        @Override
        public void wake() {
            if (turns.getAndIncrement() != 0) {
                return;
            }
            int seen = 1;
            do {
                Arrival next;
                while (open && receiver.isReady() && (next = waiting.poll()) != null) {
                    receiver.take(new BridgeMessage.FromConnection(next.message()), next.acknowledge());
                }
                seen = turns.addAndGet(-seen);
            } while (seen != 0);
        }

        @Override
        public long messages() {
            return -1;
        }

        @Override
        public long bytes() {
            return -1;
        }

        @Override
        public long oldestMillis() {
            return 0;
        }

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void close() {
            open = false;
            MqttConnection last = connection;
            if (last != null) {
                last.close();
            }
        }
    }
}
