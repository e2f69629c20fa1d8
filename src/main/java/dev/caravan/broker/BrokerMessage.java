package dev.caravan.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.WildcardConfiguration;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.jspecify.annotations.Nullable;

/**
 * An Application Message as the embedded broker holds it, with the properties of MQTT 5 that belong to the message and
 * not to one connection. A view that reads when it is asked; safe for threads.
 */
public final class BrokerMessage {

    private static final int AT_MOST_ONCE = 0;
    private static final int AT_LEAST_ONCE = 1;

    private final Message message;
    private final String topic;

    BrokerMessage(Message message, WildcardConfiguration wildcards) {
        this.message = message;
        this.topic = SafeNames.topic(Objects.requireNonNullElse(message.getAddress(), ""), wildcards);
    }

    /** The Topic Name it was published to. */
    public String topic() {
        return topic;
    }

    /** The QoS it was published with, 0 to 2. */
    public int qos() {
        return message.getObjectProperty(MQTTUtil.MQTT_QOS_LEVEL_KEY) instanceof Integer qos
                ? qos
                : message.isDurable() ? AT_LEAST_ONCE : AT_MOST_ONCE;
    }

    /** Whether it was published as a Retained Message, or is one that the topic already had. */
    public boolean retained() {
        return Boolean.TRUE.equals(message.getObjectProperty(MQTTUtil.MQTT_MESSAGE_RETAIN_KEY));
    }

    /** Whether the broker keeps it on disk: not where it came with QoS 0, unless as the Retained Message of its topic. */
    public boolean durable() {
        return message.isDurable();
    }

    /** Must be read before the message is acknowledged: that of a large one lies in a file which goes then. */
    public byte[] payload() {
        // Not the body buffer, which is empty where the message lies in a file of its own.
        ActiveMQBuffer body = message.toCore().getDataBuffer();
        byte[] bytes = new byte[body.readableBytes()];
        body.readBytes(bytes);
        return bytes;
    }

    /** A number that no other message of this broker has had. */
    public long id() {
        return message.getMessageID();
    }

    /** Milliseconds since 1970 after which nobody wants it any more. */
    public OptionalLong expiresMillis() {
        return message.getExpiration() == 0 ? OptionalLong.empty() : OptionalLong.of(message.getExpiration());
    }

    public @Nullable String contentType() {
        return text(MQTTUtil.MQTT_CONTENT_TYPE_KEY);
    }

    public @Nullable String responseTopic() {
        return text(MQTTUtil.MQTT_RESPONSE_TOPIC_KEY);
    }

    public byte @Nullable [] correlationData() {
        return message.getObjectProperty(MQTTUtil.MQTT_CORRELATION_DATA_KEY) instanceof byte[] data ? data : null;
    }

    /** 1 for UTF-8 text, 0 for bytes, null where the publisher did not say. */
    public @Nullable Integer payloadFormatIndicator() {
        return message.getObjectProperty(MQTTUtil.MQTT_PAYLOAD_FORMAT_INDICATOR_KEY) instanceof Integer format
                ? format
                : null;
    }

    /** The User Properties in their order, with repeated names. */
    public List<Map.Entry<String, String>> userProperties() {
        if (!(message.getObjectProperty(SimpleString.of(MQTTUtil.MQTT_USER_PROPERTY_EXISTS_KEY))
                instanceof Integer n)) {
            return List.of();
        }
        List<Map.Entry<String, String>> ordered = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            ordered.add(Map.entry("", ""));
        }
        for (SimpleString key : message.getPropertyNames()) {
            if (key.startsWith(MQTTUtil.MQTT_USER_PROPERTY_KEY_PREFIX_SIMPLE)) {
                // mqtt.ordered.user.property.<place>.<name>
                String rest = key.toString().substring(MQTTUtil.MQTT_USER_PROPERTY_KEY_PREFIX.length());
                int dot = rest.indexOf('.');
                ordered.set(
                        Integer.parseInt(rest, 0, dot, 10),
                        Map.entry(rest.substring(dot + 1), Objects.requireNonNullElse(text(key), "")));
            }
        }
        return ordered;
    }

    private @Nullable String text(SimpleString key) {
        Object value = message.getObjectProperty(key);
        return value == null
                ? null
                : value instanceof byte[] bytes ? new String(bytes, StandardCharsets.UTF_8) : value.toString();
    }
}
