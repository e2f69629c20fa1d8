package dev.caravan.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.testkit.Ports;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptor;
import org.apache.activemq.artemis.core.security.CheckType;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQSecurityManager;
import org.jspecify.annotations.Nullable;

/**
 * A broker that can go down and come back on its port. Nobody may use topics below {@code forbidden/}; user "wrong" may
 * not connect.
 */
final class TestBroker implements AutoCloseable {

    private final @Nullable Path data;
    private final String acceptor;
    private int port = Ports.free();
    private @Nullable EmbeddedActiveMQ server;

    /** @param data where to keep messages, or null to forget them at a stop */
    TestBroker(@Nullable Path data) {
        this(data, "");
    }

    /** @param acceptor more parameters of the acceptor, such as those of TLS */
    TestBroker(@Nullable Path data, String acceptor) {
        this.data = data;
        this.acceptor = acceptor;
        start();
    }

    void start() {
        try {
            Configuration configuration = new ConfigurationImpl()
                    .setPersistenceEnabled(data != null)
                    .setSecurityEnabled(true)
                    .setJournalFileSize(1024 * 1024)
                    .setJournalMinFiles(2)
                    .setMessageExpiryScanPeriod(-1);
            if (data != null) {
                configuration
                        .setJournalDirectory(data.resolve("journal").toString())
                        .setBindingsDirectory(data.resolve("bindings").toString())
                        .setLargeMessagesDirectory(data.resolve("large").toString())
                        .setPagingDirectory(data.resolve("paging").toString());
            }
            configuration.addAcceptorConfiguration("mqtt", "tcp://127.0.0.1:" + port + "?protocols=MQTT" + acceptor);
            configuration.putSecurityRoles("#", Set.of(role("all")));
            configuration.putSecurityRoles("forbidden.#", Set.of(role("nobody")));
            configuration.addAddressSetting(
                    "#",
                    new AddressSettings()
                            .setMaxDeliveryAttempts(-1)
                            .setDeadLetterAddress(SimpleString.of("DLQ"))
                            .setExpiryAddress(SimpleString.of("Expiry")));
            EmbeddedActiveMQ started = new EmbeddedActiveMQ();
            started.setConfiguration(configuration);
            started.setSecurityManager(new Guard());
            started.start();
            server = started;
            port = ((NettyAcceptor)
                            started.getActiveMQServer().getRemotingService().getAcceptor("mqtt"))
                    .getActualPort();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    void stop() {
        EmbeddedActiveMQ last = server;
        if (last != null) {
            server = null;
            try {
                last.stop();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Runs on another port meanwhile, so that messages come into the sessions of clients that cannot connect. */
    void whileOutOfReach(Runnable action) {
        int home = port;
        port = 0;
        start();
        action.run();
        stop();
        port = home;
    }

    @Override
    public void close() {
        stop();
    }

    /** The names of its queues, which hold those of their filters. */
    List<String> queues() {
        return Arrays.asList(Objects.requireNonNull(server)
                .getActiveMQServer()
                .getActiveMQServerControl()
                .getQueueNames());
    }

    int port() {
        return port;
    }

    String url() {
        return "tcp://127.0.0.1:" + port;
    }

    Mqtt5BlockingClient client(String clientId) {
        Mqtt5BlockingClient client = MqttClient.builder()
                .identifier(clientId)
                .serverHost("127.0.0.1")
                .serverPort(port)
                .useMqttVersion5()
                .buildBlocking();
        client.connect();
        return client;
    }

    /** Publishes with QoS 1, one after another, and returns when all are acknowledged. */
    void publish(String topic, int from, int to) {
        Mqtt5BlockingClient client = client("test-publisher");
        for (int i = from; i <= to; i++) {
            client.publishWith()
                    .topic(topic)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(Integer.toString(i).getBytes(StandardCharsets.UTF_8))
                    .send();
        }
        client.disconnect();
    }

    /** Everything that arrives for a filter from now on. */
    List<Mqtt5Publish> listen(String filter) {
        List<Mqtt5Publish> heard = Collections.synchronizedList(new ArrayList<>());
        Mqtt5BlockingClient client = client("test-listener-" + filter.hashCode());
        client.toAsync()
                .subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.EXACTLY_ONCE)
                .retainAsPublished(true)
                .callback(heard::add)
                .send()
                .join();
        return heard;
    }

    static String text(Mqtt5Publish message) {
        return new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
    }

    private static Role role(String name) {
        return new Role(name, true, true, true, true, true, true, true, true, true, true, false, false);
    }

    private static final class Guard implements ActiveMQSecurityManager {
        @Override
        public boolean validateUser(String user, String password) {
            return !"wrong".equals(user);
        }

        @Override
        public boolean validateUserAndRole(String user, String password, Set<Role> roles, CheckType checkType) {
            return validateUser(user, password)
                    && roles.stream().anyMatch(role -> role.getName().equals("all"));
        }
    }
}
