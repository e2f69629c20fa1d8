package dev.caravan.broker;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerConnectionPlugin;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.reader.MessageUtil;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.jspecify.annotations.Nullable;

/**
 * Tells this process' own subscribers what MQTT does not: an id of each message that is the same on every redelivery,
 * also after kill -9, so that a message store keeps it once; and the Client Identifier of its publisher. Both travel in
 * one User Property of the PUBLISH, behind those of the publisher. Nobody else may know them: a subscriber asks by a User
 * Property of its CONNECT that holds a secret of this start.
 *
 * <p>An interceptor of both directions. Called by the broker's threads, safe for many at a time.
 */
final class MessageOrigin implements ActiveMQServerMessagePlugin, ActiveMQServerConnectionPlugin, MQTTInterceptor {

    private static final int SECRET_BYTES = 16;

    private final ThreadLocal<Message> delivering = new ThreadLocal<>();
    private final Set<Object> told = ConcurrentHashMap.newKeySet();
    private final ActiveMQServer server;
    private final String secret;

    /** Null until the first message: the node has its name when its journal is open. */
    private volatile @Nullable String node;

    MessageOrigin(ActiveMQServer server, SecureRandom random) {
        this.server = server;
        byte[] bytes = new byte[SECRET_BYTES];
        random.nextBytes(bytes);
        this.secret = HexFormat.of().formatHex(bytes);
    }

    /** What a subscriber shows in its CONNECT. */
    String secret() {
        return secret;
    }

    @Override
    public void beforeDeliver(ServerConsumer consumer, MessageReference reference) {
        if (!told.isEmpty()) {
            delivering.set(reference.getMessage());
        }
    }

    @Override
    public void afterDeliver(ServerConsumer consumer, MessageReference reference) {
        delivering.remove();
    }

    @Override
    public void afterDestroyConnection(RemotingConnection connection) {
        told.remove(connection.getID());
    }

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        if (packet instanceof MqttConnectMessage connect) {
            if (shows(connect.variableHeader().properties())) {
                told.add(connection.getID());
            }
        } else if (packet instanceof MqttPublishMessage publish && told.contains(connection.getID())) {
            Message message = delivering.get();
            MqttProperties properties = publish.variableHeader().properties();
            if (message != null && properties != MqttProperties.NO_PROPERTIES) {
                tell(message, properties);
            }
        }
        return true;
    }

    private boolean shows(MqttProperties properties) {
        return properties.getProperties(MqttProperties.MqttPropertyType.USER_PROPERTY.value()).stream()
                .map(MqttProperties.UserProperty.class::cast)
                .map(MqttProperties.UserProperty::value)
                .anyMatch(p -> p.key.equals(EmbeddedBroker.ORIGIN_PROPERTY)
                        && MessageDigest.isEqual(
                                p.value.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8)));
    }

    private void tell(Message message, MqttProperties properties) {
        // The journal numbers messages anew when its files are deleted, and the node is another one then.
        String id = node() + "-" + Long.toString(message.getMessageID(), Character.MAX_RADIX);
        String publisher = message.getStringProperty(MessageUtil.CONNECTION_ID_PROPERTY_NAME);
        // One property for both: each costs on either side.
        properties.add(new MqttProperties.UserProperty(
                EmbeddedBroker.ORIGIN_PROPERTY, publisher == null ? id : id + " " + SafeNames.clientId(publisher)));
    }

    private String node() {
        String known = node;
        if (known == null) {
            known = BrokerNode.name(server);
            node = known;
        }
        return known;
    }
}
