package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.broker.EmbeddedBroker;
import dev.caravan.testkit.FaultProxy;
import dev.caravan.testkit.FaultProxy.Direction;
import dev.caravan.testkit.MqttProbe;
import dev.caravan.testkit.ScriptedBroker;
import dev.caravan.testkit.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MqttConnectionIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String CLIENT_ID = "kept-up";

    private final ScriptedBroker broker = new ScriptedBroker();
    private final FaultProxy proxy = new FaultProxy(broker.port());
    private final Routes routes = new Routes();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<@Nullable Exception> outcomes = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void start() {
        routes.start();
    }

    @AfterEach
    void stop() {
        routes.close();
        proxy.close();
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void subscribesAgainAfterACutBeforeTheSubAck(String version) {
        AtomicBoolean cut = new AtomicBoolean(true);
        broker.script().sessionPresent(true).subAck((filter, qos) -> {
            asked.add(filter);
            if (cut.getAndSet(false)) {
                throw new IllegalStateException("the broker hangs up");
            }
            return qos;
        });

        connect(broker.port(), version, "", "a", "b");

        await().atMost(LIMIT).until(routes::connected);
        assertThat(broker.subscriptions()).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void isNotConnectedAfterAReconnectWhileAFilterIsRefused(String version) {
        AtomicBoolean refusing = new AtomicBoolean(true);
        broker.script().sessionPresent(true).subAck((filter, qos) -> {
            asked.add(filter);
            return refusing.get() && filter.equals("b") ? 0x80 : qos;
        });
        connect(broker.port(), version, "", "a", "b");
        await().atMost(LIMIT).until(() -> Collections.frequency(asked, "b") >= 2);

        asked.clear();
        broker.disconnect(0x8B);
        await().atMost(LIMIT).until(() -> Collections.frequency(asked, "b") >= 2);

        assertThat(routes.connected()).isFalse();
        assertThat(asked).doesNotContain("a");
        refusing.set(false);
        await().atMost(LIMIT).until(routes::connected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void leavesNoThreadBehindWhereACredentialIsMissing(String version) {
        connect(broker.port(), version, "env:NO_SUCH_VARIABLE_OF_CARAVAN", "a");

        await().atMost(LIMIT).until(() -> {
            String error = routes.component.connections().get(0).lastError();
            return error != null && error.contains("NO_SUCH_VARIABLE_OF_CARAVAN");
        });
        await().atMost(LIMIT).until(() -> threads() == 0);
    }

    @Test
    void takesQos0OnceItSaysThatItIsConnected() {
        connect(broker.port(), "5", "");

        await().atMost(LIMIT).until(() -> !outcomes.isEmpty());
        assertThat(outcomes).containsOnlyNulls();
        await().atMost(LIMIT).until(() -> broker.taken().size() == 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void endsALinkThatNobodyReads(String version) {
        MqttConnection connection = connect(proxy.port(), version, "", "a");
        await().atMost(LIMIT).until(routes::connected);
        proxy.stall(Direction.values());

        connection.close();

        await().atMost(Duration.ofSeconds(60)).until(() -> threads() == 0);
    }

    /**
     * Caravan's own broker: another one may take the end of a connection before the DISCONNECT that came just before it.
     * Two client ids: one CONNECT could overtake the other's DISCONNECT and take its session over.
     */
    @ParameterizedTest
    @ValueSource(strings = {"5", "3.1.1"})
    void letsTheBrokerPublishTheWillIfSoWished(String version, @TempDir Path folder) throws Exception {
        // Not a TestBroker: plain Artemis takes a DISCONNECT for a lost connection when the socket closes right behind
        // it.
        EmbeddedBroker real = EmbeddedBroker.start(TestSettings.in(folder), (topic, payload) -> {});
        int port = real.port("mqtt").orElseThrow();
        try (MqttProbe heard = MqttProbe.connect(port).subscribe("will")) {
            MqttConnection silent = connect("silent", port, version, "");
            await().atMost(LIMIT).until(routes::connected);
            silent.close();
            MqttConnection connection = connect(port, version, "");
            await().atMost(LIMIT).until(routes::connected);

            connection.closeWithWill();

            heard.awaitMessage("will", "gone");
            assertThat(heard.received()).hasSize(1);
        } finally {
            real.stop();
        }
    }

    /** Two sites with one Client Identifier push each other out for ever, and their users see lost connections only. */
    @Test
    void saysThatAnotherClientHasItsIdentifier(@TempDir Path folder) throws Exception {
        EmbeddedBroker real = EmbeddedBroker.start(TestSettings.in(folder), (topic, payload) -> {});
        int port = real.port("mqtt").orElseThrow();
        try {
            MqttConnection ours = connect(port, "5", "");
            await().atMost(LIMIT).until(routes::connected);
            MqttClient.builder()
                    .identifier(CLIENT_ID)
                    .serverHost("127.0.0.1")
                    .serverPort(port)
                    .useMqttVersion5()
                    .buildBlocking()
                    .connect();

            await().atMost(LIMIT)
                    .until(() -> String.valueOf(ours.state().lastError()).contains("same Client Identifier"));
        } finally {
            real.stop();
        }
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("mqtt-" + CLIENT_ID))
                .count();
    }

    private MqttConnection connect(int port, String version, String user, String... filters) {
        return connect(CLIENT_ID, port, version, user, filters);
    }

    private MqttConnection connect(String clientId, int port, String version, String user, String... filters) {
        return routes.component.connect(
                new MqttConnection.Options(
                        "test",
                        List.of("tcp://127.0.0.1:" + port),
                        false,
                        version,
                        clientId,
                        user,
                        "",
                        60,
                        Duration.ofMillis(300),
                        20,
                        null,
                        null,
                        new MqttConnection.Will("will", "gone"),
                        List.of(filters).stream()
                                .map(filter -> new MqttConnection.Subscription(filter, 1, false))
                                .toList(),
                        60,
                        null),
                new Greeting());
    }

    /** Publishes as soon as it is connected. */
    private final class Greeting implements MqttConnection.Listener {

        @Override
        public void connected(MqttConnection from, Map<String, String> userProperties) {
            from.publish(
                    Mqtt5Publish.builder()
                            .topic("hello")
                            .qos(MqttQos.AT_MOST_ONCE)
                            .build(),
                    outcomes::add);
        }

        @Override
        public void disconnected() {}

        @Override
        public void arrived(Mqtt5Publish message, Runnable acknowledge) {
            acknowledge.run();
        }
    }
}
