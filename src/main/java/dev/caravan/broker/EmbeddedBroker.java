package dev.caravan.broker;

import dev.caravan.settings.Key;
import dev.caravan.settings.Settings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.remoting.impl.netty.TransportConstants;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.spi.core.remoting.Acceptor;

/**
 * The Apache Artemis broker inside this process, serving MQTT 3.1, 3.1.1 and 5 over TCP, WebSocket and, when a port is
 * set, TLS. Started before the routes and stopped after them. {@link #start} and {@link #stop} are called once each, by
 * one thread; what clients do in between is Artemis' business and safe for many threads.
 */
public final class EmbeddedBroker {

    /** The User Property of a CONNACK that holds {@link #node}. */
    public static final String NODE_PROPERTY = "caravan-node";

    /**
     * The User Property of a CONNECT that holds {@link #originSecret}, and of each PUBLISH to that subscriber: an id of
     * the message, the same on every redelivery, and, where there is one, a space and its publisher's Client Identifier.
     */
    public static final String ORIGIN_PROPERTY = "caravan-origin";

    private static final Map<String, Key> ACCEPTORS =
            Map.of("mqtt", Key.MQTT_PORT, "mqtt-ws", Key.MQTT_WS_PORT, "mqtt-tls", Key.MQTT_TLS_PORT);

    private final ActiveMQServer server;
    private final ForwardQueues forwardQueues;
    private final OwnTopics ownTopics;
    private final String originSecret;

    private EmbeddedBroker(ActiveMQServer server, ForwardQueues forwardQueues, String originSecret) {
        this.server = server;
        this.forwardQueues = forwardQueues;
        this.originSecret = originSecret;
        this.ownTopics = new OwnTopics(server);
    }

    /**
     * Reads what {@link #start} would read, and starts nothing.
     *
     * @throws BrokerException when broker.xml or the certificate is wrong
     */
    public static void check(Settings settings) throws BrokerException {
        configuration(settings);
    }

    private static Configuration configuration(Settings settings) throws BrokerException {
        Configuration configuration = BrokerXml.read(settings);
        configuration
                .getAcceptorConfigurations()
                .removeIf(a -> ACCEPTORS.containsKey(a.getName())
                        && settings.port(ACCEPTORS.get(a.getName())).isEmpty());
        if (configuration.getAcceptorConfigurations().stream()
                .noneMatch(a -> a.getName().equals("mqtt"))) {
            throw new BrokerException("broker.xml has no acceptor 'mqtt', which the routes connect to");
        }
        for (var acceptor : configuration.getAcceptorConfigurations()) {
            // What is refused to a client of MQTT 3.1.1 need not end its connection: FullQueues does where it must.
            acceptor.getExtraParams().put("closeMqttConnectionOnPublishAuthorizationFailure", "false");
            if (ACCEPTORS.get(acceptor.getName()) == Key.MQTT_TLS_PORT) {
                // Here and not in the address of broker.xml, where a space or a semicolon would break it.
                acceptor.getParams().put(TransportConstants.KEYSTORE_PATH_PROP_NAME, Certificate.check(settings));
            }
        }
        return configuration;
    }

    /**
     * Starts the broker and returns when every listener accepts connections.
     *
     * @param retained is told of each retained message that is published, on the publisher's thread
     * @throws BrokerException when broker.xml is wrong, a port is taken or the data folder cannot be used
     */
    public static EmbeddedBroker start(Settings settings, RetainedListener retained) throws BrokerException {
        Configuration configuration = configuration(settings);
        for (var acceptor : configuration.getAcceptorConfigurations()) {
            Key key = ACCEPTORS.getOrDefault(acceptor.getName(), Key.MQTT_PORT);
            Map<String, Object> parameters = acceptor.getCombinedParams();
            demandFree(
                    key,
                    String.valueOf(parameters.get(TransportConstants.HOST_PROP_NAME)),
                    Integer.parseInt(String.valueOf(parameters.get(TransportConstants.PORT_PROP_NAME))));
        }
        ActiveMQServer server = new BrokerServer(configuration);
        server.registerBrokerPlugin(new MessageOrder(server));
        PacketSizes packetSizes = new PacketSizes(settings.bytes(Key.MQTT_MAX_PACKET_SIZE));
        server.registerBrokerPlugin(packetSizes);
        server.registerBrokerPlugin(new BridgeBit());
        server.registerBrokerPlugin(new SafeNames(server));
        server.registerBrokerPlugin(new WebOrigins(WebOrigins.rule(settings)));
        RetainedMessages retainedMessages = new RetainedMessages(server, retained);
        server.registerBrokerPlugin(retainedMessages);
        server.registerBrokerPlugin(new RetainedOnDisk(server));
        ShortSessions shortSessions = new ShortSessions();
        server.registerBrokerPlugin(shortSessions);
        SubscriptionOptions options = new SubscriptionOptions(server);
        server.registerBrokerPlugin(options);
        NoLocal noLocal = new NoLocal(server, options);
        server.registerBrokerPlugin(noLocal);
        RetainAsPublished retainAsPublished = new RetainAsPublished(server, options);
        server.registerBrokerPlugin(retainAsPublished);
        MessageOrigin origin = new MessageOrigin(server, new SecureRandom());
        server.registerBrokerPlugin(origin);
        ForwardQueues queues = new ForwardQueues(server);
        FullQueues fullQueues = new FullQueues(queues);
        server.registerBrokerPlugin(fullQueues);
        server.registerBrokerPlugin(new SysTopics(server));
        server.getServiceRegistry().addIncomingInterceptor(packetSizes);
        server.getServiceRegistry().addIncomingInterceptor(new PacketGuard());
        server.getServiceRegistry().addIncomingInterceptor(new OrderlyClose());
        server.getServiceRegistry().addIncomingInterceptor(shortSessions);
        server.getServiceRegistry().addIncomingInterceptor(retainedMessages);
        server.getServiceRegistry().addIncomingInterceptor(options);
        server.getServiceRegistry().addIncomingInterceptor(fullQueues);
        server.getServiceRegistry().addIncomingInterceptor(origin);
        server.getServiceRegistry().addOutgoingInterceptor(fullQueues);
        server.getServiceRegistry().addOutgoingInterceptor(new BrokerNode(server));
        server.getServiceRegistry().addOutgoingInterceptor(noLocal);
        server.getServiceRegistry().addOutgoingInterceptor(origin);
        server.getServiceRegistry().addOutgoingInterceptor(options);
        server.getServiceRegistry().addOutgoingInterceptor(retainAsPublished);
        EmbeddedBroker broker = new EmbeddedBroker(server, queues, origin.secret());
        try {
            long began = System.currentTimeMillis();
            server.start();
            broker.demandListeners(configuration);
            new StaleStates(server).clear(began);
            queues.boundUnopened();
            return broker;
        } catch (Exception e) {
            broker.stop();
            throw e instanceof BrokerException known
                    ? known
                    : new BrokerException("the embedded broker cannot start: " + e.getMessage(), e);
        }
    }

    /** The port an acceptor of broker.xml really listens on, or empty where it is off. */
    public OptionalInt port(String acceptorName) {
        Acceptor acceptor = server.getRemotingService().getAcceptor(acceptorName);
        return acceptor == null ? OptionalInt.empty() : OptionalInt.of(acceptor.getActualPort());
    }

    /** A name of this broker that no other has and that stays as long as its data. */
    public String node() {
        return BrokerNode.name(server);
    }

    /** By which a subscriber of this process asks for {@link #ORIGIN_PROPERTY}. */
    public String originSecret() {
        return originSecret;
    }

    /** The queues of what is to be sent elsewhere. */
    public ForwardQueues forwardQueues() {
        return forwardQueues;
    }

    /**
     * Publishes a Retained Message in the broker's own name, for topics below {@code $SYS}. It lives as long as this run
     * of the broker, at most until one with an empty payload. To be called by one thread at a time.
     *
     * @throws IllegalStateException if the broker does not take it, for example because it stops
     */
    public void publishRetained(String topic, String payload) {
        try {
            ownTopics.publishRetained(topic, payload);
        } catch (Exception e) {
            throw new IllegalStateException(topic + " is not published: " + e.getMessage(), e);
        }
    }

    /** Disconnects clients, finishes the journal's writes and releases the ports. Does nothing when not running. */
    public void stop() {
        try {
            if (server.getManagementService() != null) {
                // Nobody reads them, and sessions that end now would send them to a journal that is closed.
                server.getManagementService().enableNotifications(false);
            }
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the embedded broker did not stop cleanly", e);
        }
    }

    /** Artemis' own view of itself, for the tests. */
    ActiveMQServer server() {
        return server;
    }

    /** Artemis logs a port it cannot bind and runs on without it: ask first, where the answer can name the key. */
    private static void demandFree(Key key, String host, int port) throws BrokerException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new BrokerException(
                    "key '" + key.dotted() + "': cannot listen on " + host + ":" + port + ": " + e.getMessage(), e);
        }
    }

    private void demandListeners(Configuration configuration) throws BrokerException, InterruptedException {
        if (!server.waitForActivation(30, TimeUnit.SECONDS)) {
            throw new BrokerException("the embedded broker did not start within 30 s; see the log before this line");
        }
        for (var acceptor : configuration.getAcceptorConfigurations()) {
            Acceptor running = server.getRemotingService().getAcceptor(acceptor.getName());
            if (running == null || !running.isStarted()) {
                throw new BrokerException("acceptor '" + acceptor.getName() + "' of broker.xml did not start");
            }
        }
    }
}
