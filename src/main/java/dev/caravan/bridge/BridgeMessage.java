package dev.caravan.bridge;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.broker.BrokerMessage;
import dev.caravan.topic.TopicName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An Application Message on its way over a bridge, wherever it comes from. */
sealed interface BridgeMessage {

    String topic();

    int qos();

    boolean retained();

    byte[] payload();

    List<Map.Entry<String, String>> userProperties();

    /** A name that no other message from here has had; empty where there is none. */
    String id();

    /**
     * The message as it goes on: the properties that belong to it and not to its connection (MQTT 5.0, 3.3.2.3) pass,
     * and what is left of its Message Expiry Interval.
     */
    Mqtt5Publish publish(TopicName topic, int qos, boolean retain, Mqtt5UserProperties userProperties);

    /** The message under its new name, within what the topic line lets cross. */
    default Mqtt5Publish publish(Rewritten rewritten, Mqtt5UserProperties userProperties) {
        TopicLine line = rewritten.line();
        return publish(rewritten.target(), line.qos(qos()), line.keepsRetained(retained()), userProperties);
    }

    private static MqttQos qosOf(int code) {
        return Objects.requireNonNull(MqttQos.fromCode(code));
    }

    /** One that waits in the embedded broker. */
    record FromBroker(BrokerMessage message) implements BridgeMessage {

        private static final long MILLIS_PER_SECOND = 1_000;

        @Override
        public String topic() {
            return message.topic();
        }

        @Override
        public int qos() {
            return message.qos();
        }

        @Override
        public boolean retained() {
            return message.retained();
        }

        @Override
        public byte[] payload() {
            return message.payload();
        }

        @Override
        public List<Map.Entry<String, String>> userProperties() {
            return message.userProperties();
        }

        @Override
        public String id() {
            return Long.toString(message.id(), Character.MAX_RADIX);
        }

        @Override
        public Mqtt5Publish publish(TopicName topic, int qos, boolean retain, Mqtt5UserProperties userProperties) {
            var publish = Mqtt5Publish.builder()
                    .topic(topic.value())
                    .qos(qosOf(qos))
                    .retain(retain)
                    .payload(message.payload())
                    .contentType(message.contentType())
                    .responseTopic(message.responseTopic())
                    .correlationData(message.correlationData())
                    .userProperties(userProperties);
            Integer format = message.payloadFormatIndicator();
            if (format != null) {
                @Nullable Mqtt5PayloadFormatIndicator indicator = Mqtt5PayloadFormatIndicator.fromCode(format);
                publish = publish.payloadFormatIndicator(indicator);
            }
            if (message.expiresMillis().isPresent()) {
                long left = message.expiresMillis().getAsLong() - System.currentTimeMillis();
                publish =
                        publish.messageExpiryInterval(Math.max(1, (left + MILLIS_PER_SECOND - 1) / MILLIS_PER_SECOND));
            }
            return publish.build();
        }
    }

    /** One that a connection has brought. */
    record FromConnection(Mqtt5Publish message) implements BridgeMessage {

        @Override
        public String topic() {
            return message.getTopic().toString();
        }

        @Override
        public int qos() {
            return message.getQos().getCode();
        }

        @Override
        public boolean retained() {
            return message.isRetain();
        }

        @Override
        public byte[] payload() {
            return message.getPayloadAsBytes();
        }

        @Override
        public List<Map.Entry<String, String>> userProperties() {
            return message.getUserProperties().asList().stream()
                    .map(p -> Map.entry(p.getName().toString(), p.getValue().toString()))
                    .toList();
        }

        @Override
        public String id() {
            return "";
        }

        @Override
        public Mqtt5Publish publish(TopicName topic, int qos, boolean retain, Mqtt5UserProperties userProperties) {
            return message.extend()
                    .topic(topic.value())
                    .qos(qosOf(qos))
                    .retain(retain)
                    .userProperties(userProperties)
                    .build();
        }
    }
}
