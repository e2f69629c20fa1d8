package dev.caravan.mqtt;

/** A broker did not take a message, or could not be given it. */
public final class MqttPublishException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String topic;
    private final int reasonCode;

    MqttPublishException(String topic, int reasonCode, String reason) {
        super("Not published to '" + topic + "': " + reason + String.format(" (reason code 0x%02X)", reasonCode));
        this.topic = topic;
        this.reasonCode = reasonCode;
    }

    /** The Topic Name of the message. */
    public String topic() {
        return topic;
    }

    /** The reason code of MQTT 5.0 section 2.4, 0x80 or greater. */
    public int reasonCode() {
        return reasonCode;
    }
}
