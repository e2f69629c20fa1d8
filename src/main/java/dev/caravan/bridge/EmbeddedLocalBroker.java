package dev.caravan.bridge;

import dev.caravan.broker.BrokerMessage;
import dev.caravan.broker.EmbeddedBroker;
import dev.caravan.broker.ForwardQueue;
import dev.caravan.broker.ReservedTopics;

/** The broker in this process: its queues are reached without a connection. */
public record EmbeddedLocalBroker(EmbeddedBroker broker, String url, String user, String password, String clientId)
        implements LocalBroker {

    @Override
    public String node() {
        return broker.node();
    }

    @Override
    public boolean refuses(String topic) {
        return ReservedTopics.isReserved(topic);
    }

    @Override
    public void hold(BridgeSettings bridge) {
        broker.forwardQueues().hold(bridge.name());
    }

    @Override
    public Queue open(BridgeSettings bridge, Receiver receiver) {
        ForwardQueue queue = broker.forwardQueues()
                .open(
                        bridge.name(),
                        bridge.queue(),
                        bridge.window(),
                        message -> receiver.wants(new BridgeMessage.FromBroker(message)),
                        new ForwardQueue.Receiver() {
                            @Override
                            public boolean isReady() {
                                return receiver.isReady();
                            }

                            @Override
                            public void take(BrokerMessage message, Runnable acknowledge) {
                                receiver.take(new BridgeMessage.FromBroker(message), acknowledge);
                            }

                            @Override
                            public void dropped(BrokerMessage message) {
                                receiver.dropped();
                            }

                            @Override
                            public void missed(BrokerMessage message) {
                                receiver.missed();
                            }
                        });
        return new Opened(bridge.name(), queue);
    }

    private final class Opened implements Queue {

        private final String name;
        private final ForwardQueue queue;

        Opened(String name, ForwardQueue queue) {
            this.name = name;
            this.queue = queue;
        }

        @Override
        public void setFlowing(boolean flowing) {
            queue.setFlowing(flowing);
        }

        @Override
        public void wake() {
            queue.wake();
        }

        @Override
        public long messages() {
            return queue.messages();
        }

        @Override
        public long bytes() {
            return queue.bytes();
        }

        @Override
        public long oldestMillis() {
            return queue.oldestMillis().orElse(0);
        }

        @Override
        public boolean hasRoom() {
            return queue.hasRoom();
        }

        @Override
        public void close() {
            broker.forwardQueues().close(name);
        }
    }
}
