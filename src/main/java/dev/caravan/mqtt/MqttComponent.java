package dev.caravan.mqtt;

import com.hivemq.client.mqtt.MqttVersion;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.apache.camel.Endpoint;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Component;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * Camel's {@code paho-mqtt5:} component on another client: it acknowledges a message when its exchange is complete, keeps
 * order, publishes with a window, checks what the broker answers, and reconnects each connection by itself. The URI
 * syntax and the options are the stock component's, so the same routes run under {@code camel run}; an option that
 * cannot be honoured is refused by name. Defaults that differ: {@code receiveMaximum} 100, {@code maxReconnectDelay}
 * 60,000 ms, and {@code sessionExpiryInterval} 24 h where {@code cleanStart=false}, at most 2,147,483 s. With
 * {@code cleanStart=true} the interval, if given, bridges losses of the connection; stopping the route ends the session.
 *
 * <p>Options of our own: {@code mqttVersion} ({@code 5}, or {@code 3.1.1}, which has no properties and no Receive
 * Maximum: the broker says how far it sends ahead), {@code trustCertificates} (a PEM file of the certificates to trust
 * instead of the JVM's), {@code clientCertificate} (a PEM file with the private key and certificate chain to show),
 * {@code userNameFrom} and {@code passwordFrom} ({@code env:NAME} or {@code file:path}, read at each connect) and {@code
 * publishTimeout} (a duration such as {@code 5s}; 0, the default, waits for ever): how long an exchange waits for the
 * broker's acknowledgement before it fails with a {@code TimeoutException}; the message may still arrive.
 *
 * <p>QoS 2 works on both sides, but end to end it is at-least-once: a lost connection repeats what was not acknowledged.
 *
 * <p>Register it before routes are added: {@code context.addComponent("paho-mqtt5", new MqttComponent(clock))}. Started
 * and stopped by the context. Safe for threads.
 */
@Component("paho-mqtt5")
public final class MqttComponent extends PahoMqtt5Component {

    private static final int RECEIVE_MAXIMUM = 100;
    private static final int MAX_RECONNECT_MILLIS = 60_000;
    private static final long SOON_MILLIS = 100;
    private static final long LOOK_AGAIN_MILLIS = 5;

    private record KnownUser(String user, String password) {
        void applyTo(PahoMqtt5Configuration configuration) {
            if (configuration.getUserName() == null && !user.isEmpty()) {
                configuration.setUserName(user);
                configuration.setPassword(password);
            }
        }
    }

    private final Clock clock;
    private final Map<Connection, List<String>> connections = new ConcurrentHashMap<>();
    private final Map<String, String> clientIds = new HashMap<>();
    private SessionFilters sessionFilters = new SessionFilters(null);
    private final Map<String, KnownUser> credentials = new ConcurrentHashMap<>();
    private final Map<String, Origin> origins = new ConcurrentHashMap<>();
    private @Nullable Path trustCertificates;
    private Duration publishTimeout = Duration.ofSeconds(30);
    private volatile @Nullable ScheduledExecutorService scheduler;
    private volatile @Nullable ExecutorService overflow;

    public MqttComponent(Clock clock) {
        this.clock = clock;
        PahoMqtt5Configuration defaults = getConfiguration();
        defaults.setReceiveMaximum(RECEIVE_MAXIMUM);
        defaults.setMaxReconnectDelay(MAX_RECONNECT_MILLIS);
    }

    /**
     * PEM file of the certificates to trust, read at each connect, for endpoints without the option of that name; null,
     * the default, trusts those of the JVM.
     */
    public void setTrustCertificates(@Nullable Path trustCertificates) {
        this.trustCertificates = trustCertificates;
    }

    /**
     * Where the Topic Filters of durable sessions are remembered, so that those which a route no longer has are given up
     * after a restart too. To be set before the first route starts.
     */
    public void setSessionFile(Path file) {
        sessionFilters = new SessionFilters(file);
    }

    /** How long a message waits behind a full window of a producer, 30 s by default. */
    public void setPublishTimeout(Duration publishTimeout) {
        this.publishTimeout = publishTimeout;
    }

    /**
     * A user for the endpoints of one broker that name none themselves; never sent to another broker, nor to one of
     * several in {@code serverURIs}. Of two for the same broker the first one stays. Out of a URI, a password may hold
     * any character and cannot be printed with it.
     *
     * @param brokerUrl as the endpoints write it
     * @param user empty for none
     */
    public void addCredentials(String brokerUrl, String user, String password) {
        credentials.putIfAbsent(brokerUrl, new KnownUser(user, password));
    }

    /** Has the subscriptions at one broker ask where their messages are from. Call it before routes are added. */
    public void setOrigin(String brokerUrl, Origin origin) {
        origins.put(brokerUrl, origin);
    }

    @Nullable
    Origin origin(String brokerUrl) {
        return origins.get(brokerUrl);
    }

    Duration getPublishTimeout() {
        return publishTimeout;
    }

    /**
     * Begins to keep a connection up, which is listed with those of the routes until it is closed.
     *
     * @throws IllegalArgumentException naming an address, file or value that cannot be
     * @throws IllegalStateException if another connection to the same broker has the same Client Identifier
     */
    public MqttConnection connect(MqttConnection.Options options, MqttConnection.Listener listener) {
        return new MqttConnection(this, options, listener);
    }

    /** How the connections of all started routes are, ordered by name. */
    public List<ConnectionState> connections() {
        return connections.keySet().stream()
                .map(Connection::state)
                .sorted(Comparator.comparing(ConnectionState::name))
                .toList();
    }

    /**
     * Waits until every started connection to one broker is connected and subscribed.
     *
     * @param brokerUrl as {@link ConnectionState#brokerUrl} names it
     * @return whether all were in time
     */
    public boolean awaitConnected(String brokerUrl, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (connections().stream().anyMatch(c -> c.brokerUrl().equals(brokerUrl) && !c.connected())) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        return true;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        MqttVersion version = version(getAndRemoveParameter(parameters, "mqttVersion", String.class, "5"));
        long timeout = TimeUtils.toMilliSeconds(getAndRemoveParameter(parameters, "publishTimeout", String.class, "0"));
        PahoMqtt5Configuration configuration = getConfiguration().copy();
        Path trust = path(getAndRemoveParameter(parameters, "trustCertificates", String.class, ""));
        Path certificate = path(getAndRemoveParameter(parameters, "clientCertificate", String.class, ""));
        var own = new MqttEndpoint.OwnOptions(
                version,
                timeout,
                new Tls(trust == null ? trustCertificates : trust, certificate),
                reference(parameters, "userNameFrom"),
                reference(parameters, "passwordFrom"));
        MqttEndpoint endpoint = new MqttEndpoint(uri, remaining, this, configuration, own);
        setProperties(endpoint, parameters);
        if (configuration.getUserName() != null && configuration.getUserName().isEmpty()) {
            // A placeholder that is empty, not a user of that name.
            configuration.setUserName(null);
            configuration.setPassword(null);
        }
        KnownUser known = credentials.get(configuration.getBrokerUrl());
        if (known != null && configuration.getServerURIs() == null) {
            known.applyTo(configuration);
        }
        StockOptions.check(configuration, endpoint.getClient() == null ? getClient() : endpoint.getClient());
        return endpoint;
    }

    /** A placeholder that is empty is no file. */
    private static @Nullable Path path(String text) {
        return text.isEmpty() ? null : Path.of(text);
    }

    private @Nullable String reference(Map<String, Object> parameters, String option) {
        String text = getAndRemoveParameter(parameters, option, String.class, "");
        if (text.isEmpty()) {
            return null;
        }
        if (!Credentials.isReference(text)) {
            throw new IllegalArgumentException(option + " must be env:NAME or file:path");
        }
        return text;
    }

    static MqttVersion version(String text) {
        return switch (text) {
            case "5", "5.0" -> MqttVersion.MQTT_5_0;
            case "3.1.1" -> MqttVersion.MQTT_3_1_1;
            default -> throw new IllegalArgumentException("mqttVersion must be 5 or 3.1.1, was '" + text + "'");
        };
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        scheduler = getCamelContext().getExecutorServiceManager().newScheduledThreadPool(this, "mqtt", 1);
        overflow = getCamelContext().getExecutorServiceManager().newCachedThreadPool(this, "mqtt-overflow");
    }

    @Override
    protected void doStop() throws Exception {
        ScheduledExecutorService last = scheduler;
        if (last != null) {
            scheduler = null;
            getCamelContext().getExecutorServiceManager().shutdownNow(last);
        }
        ExecutorService lastOverflow = overflow;
        if (lastOverflow != null) {
            overflow = null;
            getCamelContext().getExecutorServiceManager().shutdownNow(lastOverflow);
        }
        super.doStop();
    }

    Clock clock() {
        return clock;
    }

    /**
     * Starts a connection and keeps it in the list until it is forgotten.
     *
     * @throws IllegalStateException if a connection to the same broker has the same Client Identifier: the broker would
     *     let them push each other out for ever
     */
    Connection connect(String name, ClientOptions options, Connection.User user) {
        if (options.addresses().stream().anyMatch(BrokerAddress::tls)) {
            // Now, where the mistake can be told to whoever made it.
            options.tls().read();
        }
        List<String> claims = options.addresses().stream()
                .map(address -> options.clientId() + " at " + address.host() + ":" + address.port())
                .toList();
        Connection connection =
                new Connection(name, options, user, sessionFilters, running(), clock, RandomGenerator.getDefault());
        synchronized (clientIds) {
            for (String claim : claims) {
                String owner = clientIds.get(claim);
                if (owner != null) {
                    throw new IllegalStateException("clientId " + claim + " is used twice: by '" + owner + "' and by '"
                            + name + "'. Give each its own.");
                }
            }
            claims.forEach(claim -> clientIds.put(claim, name));
        }
        connections.put(connection, claims);
        connection.start();
        return connection;
    }

    void forget(Connection connection) {
        List<String> claims = connections.remove(connection);
        if (claims != null) {
            synchronized (clientIds) {
                claims.forEach(clientIds::remove);
            }
        }
    }

    /** Runs a task that may take long on another thread; drops it once the component has stopped. */
    void execute(Runnable task) {
        ExecutorService current = overflow;
        if (current != null) {
            try {
                current.execute(task);
            } catch (RejectedExecutionException e) {
                // stopping: what is not routed is not acknowledged either
            }
        }
    }

    /** Runs a short task a little later; drops it once the component has stopped. */
    void soon(Runnable task) {
        ScheduledExecutorService current = scheduler;
        if (current != null) {
            try {
                var unused = current.schedule(task, SOON_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                // stopping: whoever waits is told by its own stop
            }
        }
    }

    private ScheduledExecutorService running() {
        ScheduledExecutorService current = scheduler;
        if (current == null) {
            throw new IllegalStateException("component paho-mqtt5 is not started");
        }
        return current;
    }
}
