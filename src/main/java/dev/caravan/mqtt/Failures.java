package dev.caravan.mqtt;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Why a message was not published, in words.
 *
 * @param broker as it is named in them
 */
record Failures(String broker) {

    private static final int UNSPECIFIED = 0x80;
    private static final int SERVER_UNAVAILABLE = 0x88;

    static Exception stopped() {
        return new RejectedExecutionException("MQTT producer stopped");
    }

    Exception of(Delivery delivery, Throwable error) {
        if (error instanceof Link.Refused refused) {
            return delivery.failure(refused.code(), broker + " refused it: " + refused.getMessage());
        }
        if (error instanceof MqttPublishException already) {
            return already;
        }
        if (Reason.isOfTheConnection(error)) {
            return notConnected(delivery);
        }
        Exception failure = delivery.failure(UNSPECIFIED, Reason.of(error));
        failure.initCause(error);
        return failure;
    }

    Exception notConnected(Delivery delivery) {
        return delivery.failure(SERVER_UNAVAILABLE, "QoS 0, and not connected to " + broker);
    }

    Exception tooMany(Delivery delivery, int waiting) {
        return delivery.failure(SERVER_UNAVAILABLE, "QoS 0, and " + waiting + " of them already wait for " + broker);
    }

    MqttPublishException expired(Delivery delivery) {
        return MqttPublishException.expired(
                delivery.message().getTopic().toString(),
                "its Message Expiry Interval ended before " + broker + " got it");
    }

    Exception atFault(Delivery delivery) {
        return delivery.failure(
                UNSPECIFIED, broker + " closed the connection each time this message was sent, and took others");
    }

    Exception timeout(Delivery delivery, long millis) {
        return new TimeoutException("Message for topic '" + delivery.message().getTopic() + "' was not acknowledged by "
                + broker + " within " + millis + " ms; it may still arrive");
    }
}
