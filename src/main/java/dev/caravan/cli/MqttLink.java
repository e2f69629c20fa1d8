package dev.caravan.cli;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A connection to a broker, of either version of MQTT. The futures fail with an exception of the MQTT client;
 * {@link LinkFailure#text} says it in a line. Thread-safe.
 */
interface MqttLink extends AutoCloseable {

    /** What happens to the connection. Called on its thread: must not block. */
    interface Events {

        /** Connected, at first or again. */
        void connected();

        /** Lost, or not made again, for this reason. Not called while {@link #connect} is the first to fail. */
        void lost(String reason);
    }

    static MqttLink create(Broker broker, Session session, Events events) {
        return broker.version5() ? new Mqtt5Link(broker, session, events) : new Mqtt3Link(broker, session, events);
    }

    /**
     * Sets who gets every message. To be called before {@link #connect}, as a persistent session's messages come with
     * the connection.
     *
     * @param receiver called on the connection's thread; while it blocks nothing more is read from the broker
     */
    void receive(Consumer<IncomingMessage> receiver);

    /** Completes when the broker has accepted the first connection. */
    CompletableFuture<?> connect();

    /** Completes when the broker has granted the subscription. */
    CompletableFuture<?> subscribe(String topicFilter, int qos);

    /** Completes when the broker has acknowledged the message; at QoS 0 when it is written. */
    CompletableFuture<?> publish(OutgoingMessage message);

    /** Whether there is a connection at this moment. */
    boolean isConnected();

    /** Disconnects without the will being published, waits a few seconds at most. Never throws. */
    @Override
    void close();
}
