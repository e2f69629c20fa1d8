package dev.caravan.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishBuilder;
import dev.caravan.topic.TopicName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.jspecify.annotations.Nullable;

/** Between a Camel message and a PUBLISH, by the headers of {@link MqttHeaders}. */
final class ExchangeMapping {

    private ExchangeMapping() {}

    /** @param origin how the broker tells where the message is from, null where it does not */
    static void read(Mqtt5Publish from, Message to, @Nullable Origin origin) {
        to.setBody(from.getPayloadAsBytes());
        to.setHeader(MqttHeaders.TOPIC, from.getTopic().toString());
        to.setHeader(MqttHeaders.QOS, from.getQos().getCode());
        to.setHeader(MqttHeaders.RETAINED, from.isRetain());
        from.getContentType().ifPresent(type -> to.setHeader(MqttHeaders.CONTENT_TYPE, type.toString()));
        from.getResponseTopic().ifPresent(topic -> to.setHeader(MqttHeaders.RESPONSE_TOPIC, topic.toString()));
        from.getCorrelationData().ifPresent(data -> to.setHeader(MqttHeaders.CORRELATION_DATA, bytes(data)));
        from.getMessageExpiryInterval()
                .ifPresent(seconds -> to.setHeader(MqttHeaders.MESSAGE_EXPIRY_INTERVAL, seconds));
        from.getPayloadFormatIndicator()
                .ifPresent(format -> to.setHeader(MqttHeaders.PAYLOAD_FORMAT_INDICATOR, format.getCode()));
        List<? extends Mqtt5UserProperty> properties = from.getUserProperties().asList();
        if (!properties.isEmpty()) {
            List<Map.Entry<String, String>> entries = new ArrayList<>(properties.size());
            for (Mqtt5UserProperty property : properties) {
                String name = property.getName().toString();
                String value = property.getValue().toString();
                // The broker's own comes last: it replaces what a publisher calls the same.
                if (origin != null && name.equals(origin.name())) {
                    origin.read(value, to);
                } else {
                    entries.add(Map.entry(name, value));
                }
            }
            if (!entries.isEmpty()) {
                to.setHeader(MqttHeaders.USER_PROPERTIES, entries);
            }
        }
    }

    /**
     * @param topic the endpoint's, which a header may override
     * @throws IllegalArgumentException if the topic, the QoS or a property is not one
     */
    static Mqtt5Publish write(Exchange exchange, String topic, PahoMqtt5Configuration configuration) throws Exception {
        Message from = exchange.getMessage();
        TopicName name = new TopicName(from.getHeader(MqttHeaders.OVERRIDE_TOPIC, topic, String.class));
        MqttQos qos = Qos.of(from.getHeader(MqttHeaders.PUBLISH_QOS, configuration.getQos(), Integer.class));
        boolean retain = from.getHeader(MqttHeaders.PUBLISH_RETAINED, configuration.isRetained(), Boolean.class);
        byte[] payload = from.getBody() == null ? new byte[0] : from.getMandatoryBody(byte[].class);
        var publish = Mqtt5Publish.builder()
                .topic(name.value())
                .qos(qos)
                .retain(retain)
                .payload(payload);
        return from.hasHeaders() ? withProperties(publish, from) : publish.build();
    }

    private static Mqtt5Publish withProperties(Mqtt5PublishBuilder.Complete publish, Message from) {
        String contentType = from.getHeader(MqttHeaders.CONTENT_TYPE, String.class);
        if (contentType != null) {
            publish = publish.contentType(contentType);
        }
        String responseTopic = from.getHeader(MqttHeaders.RESPONSE_TOPIC, String.class);
        if (responseTopic != null) {
            publish = publish.responseTopic(new TopicName(responseTopic).value());
        }
        byte[] correlationData = from.getHeader(MqttHeaders.CORRELATION_DATA, byte[].class);
        if (correlationData != null) {
            publish = publish.correlationData(correlationData);
        }
        Long expiry = from.getHeader(MqttHeaders.MESSAGE_EXPIRY_INTERVAL, Long.class);
        if (expiry != null) {
            publish = publish.messageExpiryInterval(expiry);
        }
        Integer format = from.getHeader(MqttHeaders.PAYLOAD_FORMAT_INDICATOR, Integer.class);
        if (format != null) {
            @Nullable Mqtt5PayloadFormatIndicator indicator = Mqtt5PayloadFormatIndicator.fromCode(format);
            if (indicator == null) {
                throw new IllegalArgumentException(
                        MqttHeaders.PAYLOAD_FORMAT_INDICATOR + " must be 0 or 1, was " + format);
            }
            publish = publish.payloadFormatIndicator(indicator);
        }
        Object properties = from.getHeader(MqttHeaders.USER_PROPERTIES);
        if (properties != null) {
            publish = publish.userProperties(userProperties(properties));
        }
        return publish.build();
    }

    private static Mqtt5UserProperties userProperties(Object header) {
        Object source = header instanceof Map<?, ?> map ? map.entrySet() : header;
        if (!(source instanceof Iterable<?> entries)) {
            throw new IllegalArgumentException(MqttHeaders.USER_PROPERTIES + " must be a list of Map.Entry or a map");
        }
        List<Mqtt5UserProperty> properties = new ArrayList<>();
        for (Object element : entries) {
            if (!(element instanceof Map.Entry<?, ?> entry) || entry.getKey() == null || entry.getValue() == null) {
                throw new IllegalArgumentException(
                        MqttHeaders.USER_PROPERTIES + " must hold only Map.Entry with a name and a value");
            }
            properties.add(Mqtt5UserProperty.of(
                    MqttUtf8String.of(entry.getKey().toString()),
                    MqttUtf8String.of(entry.getValue().toString())));
        }
        return Mqtt5UserProperties.of(properties);
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
