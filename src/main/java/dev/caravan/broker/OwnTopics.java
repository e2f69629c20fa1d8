package dev.caravan.broker;

import java.nio.charset.StandardCharsets;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.core.config.WildcardConfiguration;
import org.apache.activemq.artemis.core.message.impl.CoreMessage;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;

/**
 * Publishes what the broker says of itself below {@code $SYS}, inside the process and so without a client's name or
 * rights. As Mosquitto's {@code $SYS}, such a Retained Message is not on disk: a restart forgets it, and what was true
 * before is not told after. Subscribers get it at the QoS they asked for, up to 1. For one thread at a time.
 */
final class OwnTopics {

    private static final int AT_LEAST_ONCE = 1;
    private static final long PATIENCE_MILLIS = 2_000;

    private final ActiveMQServer server;

    OwnTopics(ActiveMQServer server) {
        this.server = server;
    }

    /** Tells subscribers, and those who subscribe later. Nothing is retained any more where the payload is empty. */
    void publishRetained(String topic, String payload) throws Exception {
        WildcardConfiguration wildcards = server.getConfiguration().getWildcardConfiguration();
        String written = SafeNames.written(topic);
        Message message = message(MQTTUtil.getCoreAddressFromMqttTopic(written, wildcards), payload);
        Queue queue = retainedQueue(MQTTUtil.getCoreRetainAddressFromMqttTopic(written, wildcards));
        queue.deleteAllReferences();
        if (!payload.isEmpty()) {
            Message copy = message.copy(server.getStorageManager().generateID());
            MQTTUtil.sendMessageDirectlyToQueue(server.getStorageManager(), server.getPostOffice(), copy, queue, null);
            // It enters the queue when what this thread has written before is on disk, such as a new address.
            var unused = server.getStorageManager().waitOnOperations(PATIENCE_MILLIS);
            BrokerQueues.awaitSettled(queue);
        }
        server.getPostOffice().route(message, false);
    }

    private Message message(String address, String payload) {
        byte[] bytes = payload.getBytes(StandardCharsets.UTF_8);
        ICoreMessage message = new CoreMessage(server.getStorageManager().generateID(), bytes.length + 64);
        message.setAddress(address);
        message.setDurable(false);
        message.setTimestamp(System.currentTimeMillis());
        message.putBooleanProperty(MQTTUtil.MQTT_MESSAGE_RETAIN_KEY, true);
        message.putIntProperty(MQTTUtil.MQTT_QOS_LEVEL_KEY, AT_LEAST_ONCE);
        message.setType(Message.BYTES_TYPE);
        message.getBodyBuffer().writeBytes(bytes);
        return message;
    }

    private Queue retainedQueue(String name) throws Exception {
        Queue queue = server.locateQueue(name);
        return queue != null
                ? queue
                : server.createQueue(
                        QueueConfiguration.of(name).setDurable(false).setAutoCreated(true));
    }
}
