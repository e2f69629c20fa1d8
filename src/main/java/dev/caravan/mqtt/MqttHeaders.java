package dev.caravan.mqtt;

/**
 * The headers of a message that came from, or goes to, an MQTT broker. Those of MQTT 5's properties have the same name
 * in both directions, so that a route that only forwards keeps them; nothing outside this list is ever sent.
 *
 * <p>User properties stay inside one header: as headers of their own a remote publisher could set Camel's.
 */
public final class MqttHeaders {

    /** In: the Topic Name, {@code String}. */
    public static final String TOPIC = "CamelMqttTopic";

    /** In: the QoS it was delivered with, {@code Integer} 0 to 2. */
    public static final String QOS = "CamelMqttQoS";

    /** In: whether it is a Retained Message, or was published as one (Retain As Published), {@code Boolean}. */
    public static final String RETAINED = "CamelMqttRetained";

    /** In and out: {@code String}, MQTT 5.0 section 3.3.2.3.9. */
    public static final String CONTENT_TYPE = "CamelMqttContentType";

    /** In and out: {@code String}, a Topic Name, MQTT 5.0 section 3.3.2.3.5. */
    public static final String RESPONSE_TOPIC = "CamelMqttResponseTopic";

    /** In and out: {@code byte[]}, MQTT 5.0 section 3.3.2.3.6. */
    public static final String CORRELATION_DATA = "CamelMqttCorrelationData";

    /** In and out: {@code Long} seconds; counts down while a message waits to be published. */
    public static final String MESSAGE_EXPIRY_INTERVAL = "CamelMqttMessageExpiryInterval";

    /** In and out: {@code Integer} 0 (bytes) or 1 (UTF-8), MQTT 5.0 section 3.3.2.3.2. */
    public static final String PAYLOAD_FORMAT_INDICATOR = "CamelMqttPayloadFormatIndicator";

    /** In and out: {@code List<Map.Entry<String, String>>}, in order and with duplicates; out also a {@code Map}. */
    public static final String USER_PROPERTIES = "CamelMqttUserProperties";

    /**
     * In, from the embedded broker: an id of the message, {@code String}. It is the same whenever the broker delivers the
     * message again, also after both were killed.
     */
    public static final String MESSAGE_ID = "CamelMqttMessageId";

    /** In, from the embedded broker: the Client Identifier of the publisher, {@code String}. */
    public static final String PUBLISHER = "CamelMqttPublisher";

    /** Out: the Topic Name to publish to instead of the endpoint's, {@code String}; the stock component's name. */
    public static final String OVERRIDE_TOPIC = "CamelPahoMqtt5OverrideTopic";

    /** Out: the QoS to publish with instead of the endpoint's, {@code Integer}; the stock component's name. */
    public static final String PUBLISH_QOS = "CamelPahoMqtt5Qos";

    /** Out: whether to publish a Retained Message, {@code Boolean}; the stock component's name. */
    public static final String PUBLISH_RETAINED = "CamelPahoMqtt5Retained";

    /** Out: how long to wait for the acknowledgement instead of the endpoint's {@code publishTimeout}, such as {@code 10s}. */
    public static final String PUBLISH_TIMEOUT = "CamelMqttPublishTimeout";

    private MqttHeaders() {}
}
