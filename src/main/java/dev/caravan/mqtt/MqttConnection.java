package dev.caravan.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a broker that keeps itself up, for whoever needs both directions and no Camel exchange in between: what
 * is subscribed arrives with its acknowledgement, what is published goes out in order with a window and is sent again
 * until the broker has acknowledged it.
 *
 * <p>{@link MqttComponent#connect(Options, Listener)} makes it and begins to connect; {@link #close} ends it. Safe for
 * threads; nothing blocks but {@link #close}.
 */
public final class MqttConnection implements AutoCloseable {

    /**
     * What to connect to, and how.
     *
     * @param name how the connection is called where it is shown
     * @param addresses broker URLs, tried in turn, at least one
     * @param roundRobin whether a lost connection is followed by the next address instead of the first
     * @param mqttVersion {@code 5} or {@code 3.1.1}
     * @param user the user name, or {@code env:NAME} or {@code file:path}, which are read at each connect; may be empty
     * @param password the same; may be empty
     * @param keepAliveSeconds after one and a half of which a silent connection counts as lost; 1 to 43,690
     * @param maxReconnectDelay the longest pause between two attempts
     * @param window how many published messages may be unacknowledged
     * @param trustCertificates PEM file of the certificates to trust, or null for those of the JVM
     * @param clientCertificate PEM file with the private key and certificate chain to show, or null
     * @param will published by the broker when the connection is lost, retained, or null
     * @param subscriptions empty for a connection that only publishes; its session then ends with it
     * @param sessionExpirySeconds how long the broker keeps the subscriptions of a lost connection
     * @param probe QoS 1; may be published at any time to see whether it is a message or the link that fails, so that
     *     the order within a topic never suffers from the search; nobody is told its outcome; or null
     */
    public record Options(
            String name,
            List<String> addresses,
            boolean roundRobin,
            String mqttVersion,
            String clientId,
            String user,
            String password,
            int keepAliveSeconds,
            Duration maxReconnectDelay,
            int window,
            @Nullable Path trustCertificates,
            @Nullable Path clientCertificate,
            @Nullable Will will,
            List<Subscription> subscriptions,
            long sessionExpirySeconds,
            @Nullable Mqtt5Publish probe) {

        public Options {
            addresses = List.copyOf(addresses);
            subscriptions = List.copyOf(subscriptions);
        }
    }

    /** What the broker says when the connection is lost. */
    public record Will(String topic, String payload) {}

    /** @param noLocal whether the broker keeps back what this connection publishes; not in MQTT 3.1.1 */
    public record Subscription(String topicFilter, int qos, boolean noLocal) {}

    /** Hears what happens. Called on the connection's thread. */
    public interface Listener {

        /**
         * What is published from now on goes behind what is sent again.
         *
         * @param userProperties those of the broker's CONNACK
         */
        void connected(MqttConnection connection, Map<String, String> userProperties);

        /** The link has ended, or an attempt has failed. */
        void disconnected();

        /** @param acknowledge to be run once, on any thread */
        void arrived(Mqtt5Publish message, Runnable acknowledge);
    }

    private static final int CLOSE_SECONDS = 3;

    /** The client library hangs up after two silent keepalives; this share of it makes that one and a half. */
    private static final double WIRE_KEEP_ALIVE = 0.75;

    private static final int LEAST_CONNECT_SECONDS = 5;
    private static final int MOST_CONNECT_SECONDS = 30;

    private final MqttComponent component;
    private final Publisher publisher;
    private final Connection connection;

    MqttConnection(MqttComponent component, Options options, Listener listener) {
        this.component = component;
        ClientOptions client = clientOptions(options);
        this.publisher = new Publisher(
                client.addresses().get(0).url(),
                new Publisher.Limits(options.window(), Long.MAX_VALUE),
                component::soon,
                options.probe());
        this.connection = component.connect(options.name(), client, new Both(listener));
    }

    /**
     * Puts a message into the line.
     *
     * @param outcome told once, on any thread: null when the broker has it, or why it was not taken
     */
    public void publish(Mqtt5Publish message, Consumer<@Nullable Exception> outcome) {
        publisher.publish(message, outcome);
    }

    public ConnectionState state() {
        return connection.state();
    }

    /** Messages sent and not acknowledged. */
    public int inFlight() {
        return publisher.inFlight();
    }

    /** Messages that were sent once more because their connection ended. */
    public long resent() {
        return publisher.resent();
    }

    /** How long the broker has acknowledged nothing although something is in flight; 0 while all is well. */
    public Duration stalled() {
        return Duration.ofMillis(publisher.stalledMillis());
    }

    /** Gives this network connection up and connects again; the broker then sends what is not acknowledged. */
    public void reconnect(String reason) {
        connection.reconnect(reason);
    }

    /** Disconnects; what was not acknowledged fails. Waits a few seconds at most. */
    @Override
    public void close() {
        CompletableFuture<Void> closed = connection.close(false);
        component.forget(connection);
        closed.completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS).join();
        publisher.stop();
    }

    /**
     * Ends at once and without DISCONNECT, so that the broker publishes the Will, as if the connection had been lost: for
     * whoever could not say goodbye. What was not acknowledged fails. The listener is told on this thread.
     */
    public void closeWithWill() {
        connection.closeWithWill();
        component.forget(connection);
        publisher.stop();
    }

    private static ClientOptions clientOptions(Options options) {
        PahoMqtt5Configuration configuration = new PahoMqtt5Configuration();
        // A remote that is silent after CONNECT counts as lost like any other.
        configuration.setConnectionTimeout((int)
                Math.max(LEAST_CONNECT_SECONDS, Math.min(MOST_CONNECT_SECONDS, options.keepAliveSeconds() * 1.5)));
        configuration.setKeepAliveInterval((int) Math.max(1, options.keepAliveSeconds() * WIRE_KEEP_ALIVE));
        configuration.setMaxReconnectDelay(
                (int) Math.min(Integer.MAX_VALUE, options.maxReconnectDelay().toMillis()));
        configuration.setReceiveMaximum(options.window());
        Will will = options.will();
        if (will != null) {
            configuration.setWillTopic(will.topic());
            configuration.setWillPayload(will.payload());
            configuration.setWillQos(1);
            configuration.setWillRetained(true);
        }
        boolean durable = !options.subscriptions().isEmpty();
        return new ClientOptions(
                MqttComponent.version(options.mqttVersion()),
                options.addresses().stream().map(BrokerAddress::parse).toList(),
                options.clientId(),
                options.subscriptions().stream()
                        .map(s -> new ClientOptions.Subscription(s.topicFilter(), Qos.of(s.qos()), s.noLocal()))
                        .toList(),
                !durable,
                durable ? Math.min(options.sessionExpirySeconds(), ClientOptions.MAX_SESSION_EXPIRY) : 0,
                new Tls(options.trustCertificates(), options.clientCertificate()),
                () -> new Credentials(
                        Credentials.resolve("user", options.user()),
                        Credentials.resolve("password", options.password())),
                null,
                options.roundRobin(),
                configuration);
    }

    /** Both directions on one connection. */
    private final class Both implements Connection.User {

        private final Listener listener;

        Both(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void up(Link link, Link.Accepted accepted) {
            // In this order, so that what is handed out between connected and disconnected finds a link.
            publisher.up(link, accepted);
            listener.connected(MqttConnection.this, accepted.userProperties());
        }

        @Override
        public void arrived(Link link, Mqtt5Publish message, Runnable acknowledge) {
            listener.arrived(message, acknowledge);
        }

        @Override
        public boolean down(Link link) {
            listener.disconnected();
            return publisher.down(link);
        }
    }
}
