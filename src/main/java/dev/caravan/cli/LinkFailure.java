package dev.caravan.cli;

import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.Mqtt5ReasonCode;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;

/** Says what went wrong between us and a broker. */
final class LinkFailure {

    private LinkFailure() {}

    static String text(Throwable failure) {
        // The innermost cause of a failed connection is the one that a person can act on.
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            String text = known(t);
            if (!text.isEmpty()) {
                return text;
            }
        }
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null || message.isBlank() ? root.getClass().getSimpleName() : message.replaceAll("\\R", " ");
    }

    private static String known(Throwable t) {
        if (t instanceof Mqtt5ConnAckException e) {
            return "the broker refused the connection: "
                    + words(e.getMqttMessage().getReasonCode());
        }
        if (t instanceof Mqtt3ConnAckException e) {
            return "the broker refused the connection: "
                    + words(e.getMqttMessage().getReturnCode().name());
        }
        if (t instanceof Mqtt5PubAckException e) {
            return words(e.getMqttMessage().getReasonCode());
        }
        if (t instanceof Mqtt5PubRecException e) {
            return words(e.getMqttMessage().getReasonCode());
        }
        if (t instanceof Mqtt5SubAckException e) {
            return words(e.getMqttMessage().getReasonCodes().get(0));
        }
        if (t instanceof Mqtt5DisconnectException e) {
            return "the connection was ended: " + words(e.getMqttMessage().getReasonCode());
        }
        if (t instanceof UnresolvedAddressException || t instanceof UnknownHostException) {
            return "unknown host";
        }
        if (t instanceof ConnectException && String.valueOf(t.getMessage()).contains("refused")) {
            return "connection refused";
        }
        return "";
    }

    private static String words(Mqtt5ReasonCode code) {
        return words(code.toString());
    }

    private static String words(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
