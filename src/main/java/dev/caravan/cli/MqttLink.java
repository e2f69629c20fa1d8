package dev.caravan.cli;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A connection to a broker, of either version of MQTT. The futures fail with an exception of the MQTT client;
 * {@link LinkFailure#text} says it in a line. Thread-safe.
 */
interface MqttLink extends AutoCloseable {

    /** What {@link #settle} unsubscribes from. */
    String NOBODYS_FILTER = "caravan/nobody";

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

    /**
     * Completes when the broker has dealt with everything that was sent before. Artemis 2.55 forgets what it has
     * received but not yet worked off when the client disconnects: the tail of a burst at QoS 0, and the last
     * acknowledgements of a persistent session. An UNSUBSCRIBE of what nobody subscribed to changes nothing, and its
     * answer comes after the rest.
     */
    CompletableFuture<?> settle();

    /** Whether there is a connection at this moment. */
    boolean isConnected();

    /** Disconnects without the will being published, waits a few seconds at most. Never throws. */
    @Override
    void close();
}
