package dev.caravan.broker;

import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.util.UUID;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/**
 * Tells each client of MQTT 5 this broker's name, in a User Property of the CONNACK: a bridge that knows where it sends to
 * can tell what has been there already. Stateless.
 */
final class BrokerNode implements MQTTInterceptor {

    private final ActiveMQServer server;

    BrokerNode(ActiveMQServer server) {
        this.server = server;
    }

    static String name(ActiveMQServer server) {
        // Shorter than the 36 characters of the UUID, as it travels with each message that crosses a bridge.
        UUID id = UUID.fromString(server.getNodeID().toString());
        return Long.toUnsignedString(id.getMostSignificantBits() ^ id.getLeastSignificantBits(), Character.MAX_RADIX);
    }

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        if (packet instanceof MqttConnAckMessage answer
                && answer.variableHeader().properties() != MqttProperties.NO_PROPERTIES) {
            answer.variableHeader()
                    .properties()
                    .add(new MqttProperties.UserProperty(EmbeddedBroker.NODE_PROPERTY, name(server)));
        }
        return true;
    }
}
