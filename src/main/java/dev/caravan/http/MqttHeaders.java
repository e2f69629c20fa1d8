package dev.caravan.http;

/** The headers of an MQTT message in a route, and the user properties that are ours. */
final class MqttHeaders {

    static final String TOPIC = "CamelMqttTopic";
    static final String QOS = "CamelMqttQoS";
    static final String RETAINED = "CamelMqttRetained";
    static final String CONTENT_TYPE = "CamelMqttContentType";
    static final String USER_PROPERTIES = "CamelMqttUserProperties";

    /** From the embedded broker: tells the message, on each redelivery the same. */
    static final String MESSAGE_ID = "CamelMqttMessageId";

    /** From the embedded broker: the Client Identifier of the publisher. */
    static final String PUBLISHER_CLIENT = "CamelMqttPublisher";

    static final String PUBLISH_TOPIC = "CamelPahoMqtt5OverrideTopic";
    static final String PUBLISH_QOS = "CamelPahoMqtt5Qos";
    static final String PUBLISH_RETAINED = "CamelPahoMqtt5Retained";

    /** User property: who published. */
    static final String PUBLISHER = "publisher";

    /** User property: finds a message of ours again once it has gone round by the broker. */
    static final String ID = "caravan-id";

    private MqttHeaders() {}
}
