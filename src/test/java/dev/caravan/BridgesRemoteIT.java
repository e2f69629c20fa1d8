package dev.caravan;

import static dev.caravan.BridgesSite.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.ScriptedBroker;
import io.netty.handler.codec.mqtt.MqttProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Remotes with limits of their own, several of them, and lines that overlap. */
class BridgesRemoteIT {

    @TempDir
    Path folder;

    private ScriptedBroker there;
    private BridgesSite here;
    private BridgesClient local;

    @BeforeEach
    void start() throws Exception {
        there = new ScriptedBroker();
        here = BridgesSite.start(folder.resolve("here"));
        local = here.client();
    }

    @AfterEach
    void stop() {
        local.close();
        here.close();
        there.close();
    }

    @Test
    void sendsNoMoreAtOnceThanTheRemoteTakes() throws Exception {
        there.script().receiveMaximum(5);
        here.connect("up", there.port(), "x/# out 1");
        for (int i = 0; i < 100; i++) {
            local.publish("x/a", "" + i);
        }
        here.awaitBridge("up", s -> s.path("acknowledged_out").asLong() == 100);
        assertThat(there.maxUnacknowledged()).isBetween(1, 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void sendsWithNoHigherQosThanTheRemoteTakes(int most) throws Exception {
        there.script().maximumQos(most);
        here.connect("up", there.port(), "x/# out 2");

        for (int qos = 0; qos <= 2; qos++) {
            local.publish("x/" + qos, "x", qos);
        }

        here.awaitBridge("up", s -> s.path("acknowledged_out").asLong() == 3);
        // Of QoS 0 it only knows that they are sent.
        await().until(() -> messages().size() >= 3);
        assertThat(messages()).extracting(ScriptedBroker.Message::qos).containsExactly(0, most, most);
    }

    @Test
    void keepsInDeadLetterWhatTheRemoteCanNeverTake() throws Exception {
        there.script().maximumPacketSize(1_000);
        here.save("up", to(there.port(), "notifications", "false"), "x/# out 1");
        here.awaitConnected("up");

        local.publish("x/large", "x".repeat(2_000)).publish("x/fine", "x");

        here.awaitBridge(
                "up",
                s -> s.path("buffered").asLong() == 0
                        && s.path("acknowledged_out").asLong() == 1
                        && s.path("dead").asLong() == 1);
        assertThat(messages()).extracting(ScriptedBroker.Message::topic).containsExactly("x/fine");
        assertThat(here.bridge("up").path("connected").asBoolean()).isTrue();
    }

    @Test
    void sendsToARemoteThatRetainsNothingWithoutTheFlag() throws Exception {
        there.script().retainAvailable(false);
        here.save("up", to(there.port(), "notifications", "false"), "x/# out 1");
        here.awaitConnected("up");

        local.retain("x/retained", "x");

        here.awaitBridge("up", s -> s.path("acknowledged_out").asLong() == 1);
        assertThat(messages()).singleElement().satisfies(message -> {
            assertThat(message.topic()).isEqualTo("x/retained");
            assertThat(message.retain()).isFalse();
        });
    }

    @Test
    void turnsToTheNextAddressAndBackToTheFirst() throws Exception {
        try (ScriptedBroker second = new ScriptedBroker()) {
            there.script().connAck(0x88);
            here.save(
                    "up",
                    to(
                            there.port(),
                            "addresses",
                            "tcp://127.0.0.1:" + there.port() + " tcp://127.0.0.1:" + second.port()),
                    "x/# out 1");
            here.awaitConnected("up");
            assertThat(here.bridge("up").path("address").asText()).endsWith(":" + second.port());
            local.publish("x/1", "x");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> second.taken().stream().anyMatch(m -> m.topic().equals("x/1")));

            there.script().behave();
            second.disconnect(0x8b);

            here.awaitBridge(
                    "up",
                    s -> s.path("connected").asBoolean()
                            && s.path("address").asText().endsWith(":" + there.port()));
        }
    }

    @Test
    void waitsForARemoteThatHasNoRoomAtTheMoment() throws Exception {
        here.connect("up", there.port(), "x/# out 1");
        there.script().onPublish(m -> dev.caravan.testkit.BrokerScript.Answer.reason(0x97));
        local.publish("x/1", "1").publish("x/2", "2");
        await().atMost(Duration.ofSeconds(60))
                .until(() -> there.received().stream()
                                .filter(m -> m.topic().equals("x/1"))
                                .count()
                        >= 2);
        here.awaitBridge("up", s -> s.path("buffered").asLong() == 2);

        there.script().behave();

        here.awaitBridge("up", s -> s.path("buffered").asLong() == 0);
        assertThat(here.bridge("up").path("dead").asLong()).isZero();
        assertThat(messages()).extracting(ScriptedBroker.Message::payload).contains("1", "2");
    }

    @Test
    void sendsOnceWhatSeveralLinesTake() throws Exception {
        here.connect("up", there.port(), "a/+/x out 1", "a/y/# out 1 \"\" no/", "a/# out 1");

        local.publish("a/y/x", "1").publish("a/y/z", "2").publish("a/q", "3");

        await().atMost(Duration.ofSeconds(60)).until(() -> messages().size() >= 3);
        assertThat(messages()).extracting(ScriptedBroker.Message::topic).containsExactly("a/y/x", "no/a/y/z", "a/q");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void fetchesOnceWhatALineAndAWiderOneTake(boolean mosquitto) throws Exception {
        assertFetchedOnce(mosquitto, "a/y in 1", "a/+ in 1", "a/# in 1", "a/y/# in 1");
    }

    private void assertFetchedOnce(boolean mosquitto, String... lines) throws Exception {
        try (BridgesMosquitto far = BridgesMosquitto.start(folder);
                BridgesSite other = BridgesSite.start(folder.resolve("other"))) {
            int port = mosquitto ? far.port() : other.port();
            List<String> all = new ArrayList<>(List.of("b/c in 1 first/", "b/# in 1"));
            all.addAll(List.of(lines));
            here.connect("up", port, all.toArray(String[]::new));
            local.subscribe("#");
            try (BridgesClient remote = BridgesClient.connect(port)) {
                remote.publish("b/c", "1")
                        .publish("a/y/x", "2")
                        .publish("b/d", "3")
                        .publish("a/y/end", "4");
            }
            local.awaitLast("a/y/end", "4");
            local.awaitLast("b/d", "3");

            assertThat(local.topics()).containsExactlyInAnyOrder("first/b/c", "a/y/x", "b/d", "a/y/end");
        }
    }

    @Test
    void fetchesTheRemotesOwnTopicsWhereALineNamesThem() throws Exception {
        try (BridgesMosquitto far = BridgesMosquitto.start(folder, "sys_interval 1")) {
            here.save("all", to(far.port(), "client-id", "all"), "- '# in 1 all/'");
            here.awaitConnected("all");
            local.subscribe("#");
            here.connect("sys", far.port(), "$SYS/broker/version in 0 mosquitto/");

            local.await1("mosquitto/$SYS/broker/version");

            assertThat(local.topics()).noneMatch(t -> t.startsWith("all/"));
        }
    }

    @Test
    void leavesTheMessagesOfARefusedSubscriptionAndTakesTheOthers() throws Exception {
        there.script().subAck((filter, qos) -> filter.startsWith("secret") ? 0x87 : qos);
        here.save("up", to(there.port()), "secret/# in 1", "open/# in 1");
        local.subscribe("open/#");
        await().atMost(Duration.ofSeconds(60)).until(() -> there.subscriptions().contains("open/#"));

        there.publish("open/1", "x", 1, false, MqttProperties.NO_PROPERTIES);

        local.await1("open/1");
    }

    @Test
    void crossesOverWebSocket() throws Exception {
        try (BridgesSite far = BridgesSite.start(folder.resolve("far"));
                BridgesClient remote = far.client().subscribe("o/#")) {
            here.save("up", Map.of("addresses", "ws://127.0.0.1:" + far.port("ws") + "/mqtt"), "o/# out 1", "i/# in 1");
            here.awaitConnected("up");
            local.subscribe("i/#");

            local.publish("o/1", "x".repeat(60_000));
            remote.publish("i/1", "y".repeat(300_000));

            assertThat(remote.await1("o/1").getPayloadAsBytes()).hasSize(60_000);
            assertThat(local.await1("i/1").getPayloadAsBytes()).hasSize(300_000);
        }
    }

    @Test
    void sendsLargeMessagesOverWebSocket() throws Exception {
        try (BridgesSite far = BridgesSite.start(folder.resolve("far"));
                BridgesClient remote = far.client().subscribe("o/#")) {
            here.save("up", Map.of("addresses", "ws://127.0.0.1:" + far.port("ws") + "/mqtt"), "o/# out 1");
            here.awaitConnected("up");

            local.publish("o/1", "x".repeat(300_000));

            assertThat(remote.await1("o/1").getPayloadAsBytes()).hasSize(300_000);
        }
    }

    @Test
    void speaksMqtt311() throws Exception {
        try (BridgesMosquitto far = BridgesMosquitto.start(folder);
                BridgesClient remote = far.client().subscribe("o/#")) {
            here.save("up", to(far.port(), "mqtt-version", "3.1.1"), "o/# out 2", "i/# in 2");
            here.awaitConnected("up");
            local.subscribe("i/#");

            local.publish("o/1", "x", 2, m -> m.retain(true).contentType("lost").messageExpiryInterval(100));
            remote.retain("i/1", "y");

            assertThat(remote.await1("o/1").getQos().getCode()).isEqualTo(2);
            assertThat(local.await1("i/1").getQos().getCode()).isEqualTo(1);
            try (BridgesClient later = far.client().subscribe("o/#")) {
                assertThat(later.await1("o/1").isRetain()).isTrue();
            }
        }
    }

    private List<ScriptedBroker.Message> messages() {
        return there.taken().stream().filter(m -> !m.topic().startsWith("$")).toList();
    }
}
