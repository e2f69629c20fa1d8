package dev.caravan.testkit;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A remote that does what a {@link BrokerScript} says, in MQTT 3.1.1 and 5, and remembers what it was sent. It has no
 * sessions and no retained messages, and passes nothing from client to client.
 *
 * <p>Listens on a free port of the loopback address from its creation on, with one thread of its own. Lists are
 * snapshots. Safe for threads.
 */
public final class ScriptedBroker implements AutoCloseable {

    /** What a client wants to be published at its end. */
    public record Will(String topic, String payload, int qos, boolean retain) {}

    /**
     * A CONNECT.
     *
     * @param version 4 for MQTT 3.1.1, 5 for MQTT 5
     */
    public record Connect(
            String clientId,
            int version,
            boolean cleanStart,
            int keepAlive,
            @Nullable String user,
            @Nullable String password,
            @Nullable Will will,
            MqttProperties properties,
            Instant time) {}

    /** A PUBLISH, whatever was answered. */
    public record Message(
            String topic,
            String payload,
            int qos,
            boolean retain,
            boolean dup,
            List<Map.Entry<String, String>> userProperties,
            MqttProperties properties) {}

    private static final int ANY_SIZE = 268_435_455;

    final List<Connect> connects = Collections.synchronizedList(new ArrayList<>());
    final List<Message> received = Collections.synchronizedList(new ArrayList<>());
    final List<Message> taken = Collections.synchronizedList(new ArrayList<>());
    final AtomicInteger maxUnacknowledged = new AtomicInteger();
    final AtomicLong acknowledgedByClients = new AtomicLong();
    final Set<ScriptedConnection> connections = ConcurrentHashMap.newKeySet();

    private final BrokerScript script = new BrokerScript();
    private final List<Instant> attempts = Collections.synchronizedList(new ArrayList<>());
    private final EventLoopGroup group = new NioEventLoopGroup(1, new DefaultThreadFactory("scripted-broker", true));
    private final int port;

    public ScriptedBroker() {
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        attempts.add(Instant.now());
                        channel.pipeline()
                                .addLast(
                                        new MqttDecoder(ANY_SIZE),
                                        MqttEncoder.INSTANCE,
                                        new ScriptedConnection(ScriptedBroker.this));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
        port = ((InetSocketAddress) server.localAddress()).getPort();
    }

    public int port() {
        return port;
    }

    public BrokerScript script() {
        return script;
    }

    /** The CONNECTs, in order. */
    public List<Connect> connects() {
        return snapshot(connects);
    }

    /** The times of all connections, those without a CONNECT too. */
    public List<Instant> attempts() {
        return snapshot(attempts);
    }

    /** How many connections stand. */
    public int open() {
        return connections.size();
    }

    /** Every PUBLISH, in order, repeats and refused ones included. */
    public List<Message> received() {
        return snapshot(received);
    }

    /** The messages that it acknowledged without an error (or that asked for no answer), in the order of arrival. */
    public List<Message> taken() {
        return snapshot(taken);
    }

    /** The filters that connections which stand have subscribed to. */
    public List<String> subscriptions() {
        return connections.stream().flatMap(c -> c.filters().stream()).sorted().toList();
    }

    /** The largest number of messages with QoS 1 and 2 that one connection had sent without an answer to the last. */
    public int maxUnacknowledged() {
        return maxUnacknowledged.get();
    }

    /** How many messages that it published were acknowledged: PUBACK, or PUBCOMP. */
    public long acknowledgedByClients() {
        return acknowledgedByClients.get();
    }

    /** Publishes once to each connection with a subscription that matches; Receive Maximum is not looked at. */
    public ScriptedBroker publish(String topic, String payload, int qos, boolean retain, MqttProperties properties) {
        return each(connection ->
                connection.publish(topic, payload.getBytes(StandardCharsets.UTF_8), qos, retain, properties));
    }

    public ScriptedBroker publish(String topic, String payload, int qos) {
        return publish(topic, payload, qos, false, MqttProperties.NO_PROPERTIES);
    }

    /** Answers what was held back ({@link BrokerScript.Kind#HOLD}), backwards if so wished. */
    public ScriptedBroker acknowledgeHeld(boolean backwards) {
        return each(connection -> connection.acknowledgeHeld(backwards));
    }

    /** Sends bytes as they are to every connection. */
    public ScriptedBroker send(byte[] bytes) {
        return each(connection -> connection.send(Unpooled.copiedBuffer(bytes)));
    }

    /** Closes every connection, in MQTT 5 after a DISCONNECT. */
    public ScriptedBroker disconnect(int reasonCode) {
        return each(connection -> connection.disconnect(reasonCode));
    }

    /** Closes the port and every connection. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private ScriptedBroker each(Consumer<ScriptedConnection> action) {
        group.submit(() -> connections.forEach(action)).syncUninterruptibly();
        return this;
    }

    private static <T> List<T> snapshot(List<T> list) {
        synchronized (list) {
            return List.copyOf(list);
        }
    }
}
