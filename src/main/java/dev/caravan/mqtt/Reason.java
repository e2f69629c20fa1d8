package dev.caravan.mqtt;

import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.exceptions.ConnectionFailedException;
import com.hivemq.client.mqtt.exceptions.MqttClientStateException;
import com.hivemq.client.mqtt.exceptions.MqttSessionExpiredException;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;

/** Says in a few words why a link ended. Only codes of a remote are repeated, never its text. */
final class Reason {

    private Reason() {}

    /**
     * The cause of an end. Where our own side gave the connection up, the client library's words, as the DISCONNECT that it
     * wrote then would read as the broker's.
     */
    static Throwable of(MqttClientDisconnectedContext context) {
        Throwable cause = context.getCause();
        return context.getSource() == MqttDisconnectSource.CLIENT
                        && cause instanceof Mqtt5DisconnectException closed
                        && closed.getMqttMessage().getReasonCode() != Mqtt5DisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED
                ? new ConnectionClosedException(String.valueOf(cause.getMessage()))
                : cause;
    }

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
            Mqtt5DisconnectReasonCode code = closed.getMqttMessage().getReasonCode();
            return "DISCONNECT: " + code
                    + (code == Mqtt5DisconnectReasonCode.SESSION_TAKEN_OVER
                            ? " (another client connects with the same Client Identifier; give each its own)"
                            : "");
        }
        Throwable root = cause;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null || message.isBlank() ? root.getClass().getSimpleName() : message;
    }

    /** Whether a message failed with its connection, so that nobody knows whether the broker has it. */
    static boolean isOfTheConnection(Throwable error) {
        return error instanceof ConnectionClosedException
                || error instanceof ConnectionFailedException
                || error instanceof MqttClientStateException
                || error instanceof MqttSessionExpiredException
                || error instanceof Mqtt5DisconnectException
                || error instanceof Mqtt3DisconnectException;
    }

    /** Whether the broker sent more unacknowledged messages than the Receive Maximum allows. */
    static boolean isReceiveMaximumExceeded(Throwable cause) {
        return cause instanceof Mqtt5DisconnectException closed
                && closed.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED;
    }
}
