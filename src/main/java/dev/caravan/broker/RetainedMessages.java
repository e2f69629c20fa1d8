package dev.caravan.broker;

import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.postoffice.RoutingStatus;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerPlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;

/**
 * Passes on what is retained. A subscriber cannot learn it: Artemis 2.55.0 honours Retain As Published only for filters
 * without wildcards, so a subscription to {@code #} never sees the flag on a live message.
 */
final class RetainedMessages implements ActiveMQServerPlugin {

    private final ActiveMQServer server;
    private final RetainedListener listener;

    RetainedMessages(ActiveMQServer server, RetainedListener listener) {
        this.server = server;
        this.listener = listener;
    }

    @Override
    public void afterSend(
            ServerSession session,
            Transaction tx,
            Message message,
            boolean direct,
            boolean noAutoCreateQueue,
            RoutingStatus result) {
        if (Boolean.TRUE.equals(message.getObjectProperty(MQTTUtil.MQTT_MESSAGE_RETAIN_KEY))) {
            String topic = MQTTUtil.getMqttTopicFromCoreAddress(
                    message.getAddress(), server.getConfiguration().getWildcardConfiguration());
            listener.retained(topic, payload(message));
        }
    }

    private static byte[] payload(Message message) {
        ActiveMQBuffer body = message.toCore().getReadOnlyBodyBuffer();
        byte[] bytes = new byte[body.readableBytes()];
        body.readBytes(bytes);
        return bytes;
    }
}
