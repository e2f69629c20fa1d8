package dev.caravan.broker;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPubReplyMessageVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTReasonCodes;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyServerConnection;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerConnectionPlugin;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/**
 * Refuses a message where a full {@link ForwardQueue} says so: a client of MQTT 5 gets the reason code Quota exceeded
 * (0x97) and goes on, an older one is disconnected, which is all that its protocol offers (MQTT 3.1.1, 3.3.5).
 *
 * <p>Artemis answers only what security refuses without ending the connection. So it is told that, and the reason code
 * is put right on its way out. Called by the broker's threads, safe for many at a time.
 */
final class FullQueues implements ActiveMQServerMessagePlugin, ActiveMQServerConnectionPlugin, MQTTInterceptor {

    private final ForwardQueues queues;

    /** Connections of MQTT 3.1 and 3.1.1, by their ids. */
    private final Set<Object> older = ConcurrentHashMap.newKeySet();

    /** Whether this thread has just refused a message; the answer goes out further down the same call. */
    private final ThreadLocal<Boolean> refused = ThreadLocal.withInitial(() -> false);

    FullQueues(ForwardQueues queues) {
        this.queues = queues;
    }

    @Override
    public void beforeSend(
            ServerSession session, Transaction tx, Message message, boolean direct, boolean noAutoCreateQueue)
            throws ActiveMQException {
        refused.set(queues.anyRejects() && queues.rejects(message));
        if (refused.get()) {
            if (older.contains(session.getRemotingConnection().getID())
                    && session.getRemotingConnection().getTransportConnection()
                            instanceof NettyServerConnection netty) {
                // Artemis would acknowledge it all the same.
                netty.getChannel().close();
            }
            throw new ActiveMQSecurityException("a queue of a bridge is full");
        }
    }

    @Override
    public void afterDestroyConnection(RemotingConnection connection) {
        older.remove(connection.getID());
    }

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        if (packet instanceof MqttConnectMessage connect
                && connect.variableHeader().version() < MqttVersion.MQTT_5.protocolLevel()) {
            older.add(connection.getID());
        }
        if (packet.variableHeader() instanceof MqttPubReplyMessageVariableHeader answer
                && answer.reasonCode() == MQTTReasonCodes.NOT_AUTHORIZED
                && isAnswer(packet.fixedHeader().messageType())
                && refused.get()
                && connection.getTransportConnection() instanceof NettyServerConnection netty) {
            refused.set(false);
            netty.getChannel()
                    .writeAndFlush(new MqttPubAckMessage(
                            packet.fixedHeader(),
                            new MqttPubReplyMessageVariableHeader(
                                    answer.messageId(), MQTTReasonCodes.QUOTA_EXCEEDED, answer.properties())));
            return false;
        }
        return true;
    }

    private static boolean isAnswer(MqttMessageType type) {
        return type == MqttMessageType.PUBACK || type == MqttMessageType.PUBREC;
    }
}
