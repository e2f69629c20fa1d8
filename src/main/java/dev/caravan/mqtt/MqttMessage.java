package dev.caravan.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.topic.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * A message between {@code paho-mqtt5:} endpoints without a broker: what an endpoint would publish, and what another
 * would get. For tests of routes. Immutable.
 */
public final class MqttMessage {

    private final Mqtt5Publish publish;

    private MqttMessage(Mqtt5Publish publish) {
        this.publish = publish;
    }

    /**
     * A message of a client.
     *
     * @throws IllegalArgumentException if the topic or the QoS is not one
     */
    public static MqttMessage of(
            String topic, byte[] payload, int qos, boolean retain, Map<String, String> userProperties) {
        List<Mqtt5UserProperty> properties = new ArrayList<>();
        userProperties.forEach((name, value) -> properties.add(Mqtt5UserProperty.of(name, value)));
        return new MqttMessage(Mqtt5Publish.builder()
                .topic(new TopicName(topic).value())
                .payload(payload)
                .qos(Qos.of(qos))
                .retain(retain)
                .userProperties(Mqtt5UserProperties.of(properties))
                .build());
    }

    /**
     * What an endpoint of {@link MqttComponent} would publish for an exchange.
     *
     * @throws Exception as its producer would throw
     */
    public static MqttMessage published(Endpoint by, Exchange exchange) throws Exception {
        MqttEndpoint endpoint = (MqttEndpoint) by;
        return new MqttMessage(ExchangeMapping.write(exchange, endpoint.getTopic(), endpoint.getConfiguration()));
    }

    /** Whether the subscription of an endpoint, in {@code from}, takes the message. */
    public boolean isFor(Endpoint subscriber) {
        return ((MqttEndpoint) subscriber).filter().matches(new TopicName(topic()));
    }

    /** Whether two endpoints name the same broker. */
    public static boolean isSameBroker(Endpoint one, Endpoint other) {
        return ((MqttEndpoint) one).brokers().equals(((MqttEndpoint) other).brokers());
    }

    /** Fills a Camel message as it would come to a subscriber: with the lower one of both QoS (MQTT 5.0, 3.8.4). */
    public void deliver(Endpoint subscriber, Message to) {
        MqttQos subscribed =
                Qos.of(((MqttEndpoint) subscriber).getConfiguration().getQos());
        MqttQos qos = subscribed.getCode() < qos() ? subscribed : publish.getQos();
        ExchangeMapping.read(publish.extend().qos(qos).build(), to, null);
    }

    public String topic() {
        return publish.getTopic().toString();
    }

    public byte[] payload() {
        return publish.getPayloadAsBytes();
    }

    public int qos() {
        return publish.getQos().getCode();
    }

    public boolean retain() {
        return publish.isRetain();
    }
}
