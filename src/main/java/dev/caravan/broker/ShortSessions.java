package dev.caravan.broker;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerConnectionPlugin;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerQueuePlugin;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/**
 * Ends MQTT 5 sessions without a Session Expiry Interval with their connection (MQTT 5.0, 3.1.2.11.2), also when the
 * process dies. Artemis 2.55.0 makes their subscription queues durable: after kill -9 the queue is still there, belongs
 * to nobody and collects for ever. Here such a queue is not durable, which spares its messages the journal as well.
 *
 * <p>Called by the broker's threads, safe for many at a time.
 */
final class ShortSessions implements ActiveMQServerConnectionPlugin, ActiveMQServerQueuePlugin, MQTTInterceptor {

    /** Connections whose session ends with them, by connection id; the value is the Client Identifier once it is known. */
    private final Map<Object, String> connections = new ConcurrentHashMap<>();

    private final Map<String, Object> clientIds = new ConcurrentHashMap<>();

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        if (packet instanceof MqttConnectMessage connect) {
            if (endsWithConnection(connect)) {
                connections.put(connection.getID(), "");
            }
        } else if (packet.fixedHeader() != null
                && packet.fixedHeader().messageType() == MqttMessageType.SUBSCRIBE
                && connections.containsKey(connection.getID())
                && connection.getClientID() != null) {
            // Only now: the broker may have chosen the Client Identifier itself.
            connections.put(connection.getID(), connection.getClientID());
            clientIds.put(connection.getClientID(), connection.getID());
        }
        return true;
    }

    @Override
    public void beforeCreateQueue(QueueConfiguration queue) {
        String name = queue.getName().toString();
        String address = "." + queue.getAddress();
        if (name.endsWith(address) && clientIds.containsKey(name.substring(0, name.length() - address.length()))) {
            queue.setDurable(false);
        }
    }

    @Override
    public void afterDestroyConnection(RemotingConnection connection) {
        String clientId = connections.remove(connection.getID());
        if (clientId != null) {
            // Unless a newer connection has taken the name over.
            clientIds.remove(clientId, connection.getID());
        }
    }

    private static boolean endsWithConnection(MqttConnectMessage connect) {
        return connect.variableHeader().version() == MqttVersion.MQTT_5.protocolLevel()
                && connect.variableHeader().isCleanSession()
                && !(connect.variableHeader().properties().getProperty(MqttPropertyType.SESSION_EXPIRY_INTERVAL.value())
                                instanceof IntegerProperty expiry
                        && expiry.value() != 0);
    }
}
