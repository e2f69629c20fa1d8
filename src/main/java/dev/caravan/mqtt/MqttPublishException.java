package dev.caravan.mqtt;

/** A broker did not take a message, or could not be given it. */
public final class MqttPublishException extends Exception {

    private static final long serialVersionUID = 1L;

    private static final int UNSPECIFIED = 0x80;

    private final String topic;
    private final int reasonCode;
    private final boolean expired;

    MqttPublishException(String topic, int reasonCode, String reason) {
        this(topic, reasonCode, reason, false);
    }

    private MqttPublishException(String topic, int reasonCode, String reason, boolean expired) {
        super("Not published to '" + topic + "': " + reason + String.format(" (reason code 0x%02X)", reasonCode));
        this.topic = topic;
        this.reasonCode = reasonCode;
        this.expired = expired;
    }

    static MqttPublishException expired(String topic, String reason) {
        return new MqttPublishException(topic, UNSPECIFIED, reason, true);
    }

    /** The Topic Name of the message. */
    public String topic() {
        return topic;
    }

    /** The reason code of MQTT 5.0 section 2.4, 0x80 or greater. */
    public int reasonCode() {
        return reasonCode;
    }

    /** Whether its Message Expiry Interval ended while it waited (MQTT 5.0, 3.3.2.3.3); the reason code is 0x80 then. */
    public boolean isExpired() {
        return expired;
    }
}
