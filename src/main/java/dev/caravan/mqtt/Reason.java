package dev.caravan.mqtt;

import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;

/** Says in a few words why a link ended. Only codes of a remote are repeated, never its text. */
final class Reason {

    private Reason() {}

    static String of(Throwable cause) {
        if (cause instanceof Mqtt5ConnAckException refused) {
            return "connection refused by the broker: "
                    + refused.getMqttMessage().getReasonCode();
        }
        if (cause instanceof Mqtt3ConnAckException refused) {
            return "connection refused by the broker: "
                    + refused.getMqttMessage().getReturnCode();
        }
        if (cause instanceof Mqtt5DisconnectException closed) {
            return "DISCONNECT: " + closed.getMqttMessage().getReasonCode();
        }
        Throwable root = cause;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null || message.isBlank() ? root.getClass().getSimpleName() : message;
    }
}
