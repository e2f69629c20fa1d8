package dev.caravan.broker;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttProperties.IntegerProperty;
import io.netty.handler.codec.mqtt.MqttProperties.MqttPropertyType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttReasonCodeAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at each packet of a client before the broker does.
 *
 * <ul>
 *   <li>Expiry intervals are capped: Artemis 2.55.0 multiplies seconds by 1,000 in an {@code int}, so that a session or
 *       message meant to live longer than 24.8 days would expire at once.
 *   <li>Topics that reach Artemis' own addresses are refused, and those that Artemis cannot bear: an empty Topic Name
 *       (MQTT 5.0, 4.7.3, where no alias stands for it), too many levels, a shared subscription without share name or filter (4.8.2). The connection is closed, as the broker
 *       offers no other answer at this place.
 * </ul>
 *
 * Stateless.
 */
final class PacketGuard implements MQTTInterceptor {

    private static final String SHARE = "$share/";

    private static final Logger log = LoggerFactory.getLogger(PacketGuard.class);

    /** The most seconds whose milliseconds fit an {@code int}. */
    static final int MAX_EXPIRY_SECONDS = Integer.MAX_VALUE / 1_000;

    /** An unsigned 0xFFFFFFFF, "never", as the decoder hands it over: the one negative value left alone. */
    private static final int NEVER = -1;

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        boolean allowed = true;
        if (packet instanceof MqttConnectMessage connect) {
            capExpiry(connect.variableHeader().properties(), MqttPropertyType.SESSION_EXPIRY_INTERVAL, true);
            if (connect.variableHeader().isWillFlag()) {
                capExpiry(connect.payload().willProperties(), MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL, false);
                String topic = connect.payload().willTopic();
                // Artemis would try to publish it again and again.
                allowed = isName(topic) && !SysTopics.isClosed(SafeNames.topicFilter(topic));
            }
        } else if (packet instanceof MqttPublishMessage publish) {
            capExpiry(publish.variableHeader().properties(), MqttPropertyType.PUBLICATION_EXPIRY_INTERVAL, false);
            String topic = publish.variableHeader().topicName();
            boolean aliased =
                    publish.variableHeader().properties().getProperty(MqttPropertyType.TOPIC_ALIAS.value()) != null;
            allowed = topic.isEmpty() ? aliased : isName(topic);
        } else if (packet instanceof MqttSubscribeMessage subscribe) {
            allowed = subscribe.payload().topicSubscriptions().stream()
                    .map(MqttTopicSubscription::topicFilter)
                    .allMatch(PacketGuard::isFilter);
        } else if (packet.variableHeader() instanceof MqttReasonCodeAndPropertiesVariableHeader disconnect) {
            capExpiry(disconnect.properties(), MqttPropertyType.SESSION_EXPIRY_INTERVAL, true);
        }
        if (!allowed) {
            String clientId = connection.getClientID();
            log.atWarn()
                    .addKeyValue("clientId", clientId == null ? "" : SafeNames.clientId(clientId))
                    .addKeyValue("remote", connection.getRemoteAddress())
                    .log("refused a topic that is malformed, too deep or the broker's own, and closed the connection");
        }
        return allowed;
    }

    private static boolean isName(String topic) {
        return !topic.isEmpty() && !ReservedTopics.isReserved(topic);
    }

    private static boolean isFilter(String filter) {
        String bare = filter;
        if (filter.startsWith(SHARE)) {
            int slash = filter.indexOf('/', SHARE.length());
            String group = slash < 0 ? "" : filter.substring(SHARE.length(), slash);
            if (group.isEmpty() || group.contains("+") || group.contains("#")) {
                return false;
            }
            bare = filter.substring(slash + 1);
        }
        return !bare.isEmpty() && !ReservedTopics.isReserved(filter);
    }

    private static void capExpiry(MqttProperties properties, MqttPropertyType type, boolean neverIsAllowed) {
        if (properties.getProperty(type.value()) instanceof IntegerProperty expiry) {
            int seconds = expiry.value();
            boolean never = neverIsAllowed && seconds == NEVER;
            if (!never && (seconds < 0 || seconds > MAX_EXPIRY_SECONDS)) {
                properties.add(new IntegerProperty(type.value(), MAX_EXPIRY_SECONDS));
            }
        }
    }
}
