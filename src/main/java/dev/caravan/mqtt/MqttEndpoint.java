package dev.caravan.mqtt;

import com.hivemq.client.mqtt.MqttVersion;
import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Endpoint;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code paho-mqtt5:} URI names: a topic (or, for a consumer, a Topic Filter, {@code $share/group/filter} too) at
 * a broker. Options are the stock component's, and {@link OwnOptions}.
 *
 * <p>Consumers have a connection each, all producers of the endpoint share one.
 */
final class MqttEndpoint extends PahoMqtt5Endpoint {

    /** A producer's window: how many messages may be unacknowledged. */
    static final int PRODUCER_WINDOW = 200;

    /**
     * What the stock component has no option for.
     *
     * @param publishTimeoutMillis 0 for none
     * @param userNameFrom where the user name is read at each connect, or null for the stock option
     * @param passwordFrom the same for the password
     */
    record OwnOptions(
            MqttVersion version,
            long publishTimeoutMillis,
            Tls tls,
            @Nullable String userNameFrom,
            @Nullable String passwordFrom) {}

    private final MqttComponent component;
    private final OwnOptions own;
    private volatile @Nullable TopicFilter subscribed;
    private @Nullable Publisher publisher;
    private @Nullable Connection publisherConnection;
    private int producers;

    MqttEndpoint(
            String uri, String topic, MqttComponent component, PahoMqtt5Configuration configuration, OwnOptions own) {
        super(uri, topic, component, configuration);
        this.component = component;
        this.own = own;
    }

    MqttComponent component() {
        return component;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        TopicFilter filter = filter();
        subscribed = getConfiguration().isCleanStart() || filter.value().startsWith("$") ? null : filter;
        MqttConsumer consumer = new MqttConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        return new MqttProducer(this);
    }

    /** Whether the broker still has the consumer's unacknowledged messages after the loss of a connection. */
    boolean keepsSession() {
        return own.version() == MqttVersion.MQTT_3_1_1 ? !getConfiguration().isCleanStart() : sessionExpiry() > 0;
    }

    ClientOptions consumerOptions() {
        PahoMqtt5Configuration configuration = getConfiguration();
        if (!configuration.isCleanStart() && configuration.getClientId() == null) {
            throw new IllegalArgumentException(
                    "cleanStart=false needs a clientId: without one nobody finds the session");
        }
        return options(
                List.of(new ClientOptions.Subscription(getTopic(), Qos.of(configuration.getQos()), false)),
                configuration.isCleanStart(),
                sessionExpiry());
    }

    private long sessionExpiry() {
        PahoMqtt5Configuration configuration = getConfiguration();
        long given = configuration.getSessionExpiryInterval();
        if (given < 0) {
            return configuration.isCleanStart() ? 0 : ClientOptions.DEFAULT_SESSION_EXPIRY;
        }
        return Math.min(given, ClientOptions.MAX_SESSION_EXPIRY);
    }

    /**
     * A producer keeps no session: what is unacknowledged is here, in order, and is sent again on each new connection.
     * With the broker's session of QoS 2 identifiers a new message could be taken for an old one.
     */
    private ClientOptions producerOptions() {
        return options(List.of(), true, 0);
    }

    private ClientOptions options(List<ClientOptions.Subscription> subscriptions, boolean clean, long expiry) {
        PahoMqtt5Configuration configuration = getConfiguration();
        List<BrokerAddress> addresses = new ArrayList<>();
        for (String url : brokers().split(",", -1)) {
            addresses.add(BrokerAddress.parse(url));
        }
        String clientId =
                configuration.getClientId() == null ? "caravan-" + UUID.randomUUID() : configuration.getClientId();
        return new ClientOptions(
                own.version(),
                addresses,
                clientId,
                subscriptions,
                clean,
                expiry,
                own.tls(),
                this::credentials,
                subscriptions.isEmpty() ? null : origin(),
                true,
                configuration);
    }

    /** How the broker is asked where messages are from, null where it cannot tell. */
    @Nullable
    Origin origin() {
        return component.origin(brokers());
    }

    private Credentials credentials() {
        String user = Credentials.resolve("userNameFrom", own.userNameFrom());
        String password = Credentials.resolve("passwordFrom", own.passwordFrom());
        return new Credentials(
                user == null ? getConfiguration().getUserName() : user,
                password == null ? getConfiguration().getPassword() : password);
    }

    /** How long an exchange waits for the acknowledgement where it does not say itself; 0 for ever. */
    long publishTimeoutMillis() {
        return own.publishTimeoutMillis();
    }

    synchronized Publisher acquirePublisher() {
        Publisher current = publisher;
        if (current == null) {
            ClientOptions options = producerOptions();
            current = new Publisher(
                    options.addresses().get(0).url(),
                    new Publisher.Limits(
                            PRODUCER_WINDOW, component.getPublishTimeout().toMillis()),
                    component::soon);
            publisherConnection = component.connect("out " + getTopic(), options, current);
            publisher = current;
        }
        producers++;
        return current;
    }

    synchronized void releasePublisher() {
        Publisher current = publisher;
        Connection connection = publisherConnection;
        if (--producers == 0 && current != null && connection != null) {
            publisher = null;
            publisherConnection = null;
            current.stop();
            var unused = connection.close(true);
            component.forget(connection);
        }
    }

    /**
     * Whether a message is one the route asks for; a durable session may also hold subscriptions from before the route
     * was edited. A filter that begins with {@code $} may mean something else to its broker, such as {@code $queue/a}.
     */
    boolean wants(String topic) {
        TopicFilter filter = subscribed;
        return filter == null || filter.matches(new TopicName(topic));
    }

    /** What a consumer subscribes to, without the group of a shared subscription. */
    TopicFilter filter() {
        return withoutGroup(getTopic());
    }

    /** Where it connects, as it was written. */
    String brokers() {
        PahoMqtt5Configuration configuration = getConfiguration();
        return configuration.getServerURIs() == null ? configuration.getBrokerUrl() : configuration.getServerURIs();
    }

    private static TopicFilter withoutGroup(String text) {
        if (!text.startsWith("$share/")) {
            return new TopicFilter(text);
        }
        int slash = text.indexOf('/', "$share/".length());
        String group = slash < 0 ? "" : text.substring("$share/".length(), slash);
        if (group.isEmpty() || group.indexOf('+') >= 0 || group.indexOf('#') >= 0) {
            throw new IllegalArgumentException("shared subscription must be $share/group/filter, was '" + text + "'");
        }
        return new TopicFilter(text.substring(slash + 1));
    }
}
