package dev.caravan;

import static dev.caravan.BridgesSite.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bridges that lead back: every subscriber gets every message once, and then it is quiet. */
class BridgesLoopIT {

    private static final int MESSAGES = 50;

    @TempDir
    Path folders;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<BridgesClient> clients = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aBridgeInBothDirections(int qos) throws Exception {
        BridgesSite a = site("a");
        BridgesSite b = site("b");
        a.connect("b", b.port(), "- '# both " + qos + "'");

        assertEachGetsEverythingOnce(List.of(a, b), a.port(), b.port());
    }

    /** Each message has two ways to the other side, its sender's line and its receiver's, so it comes twice there. */
    @Test
    void twoBridgesInBothDirectionsTowardsEachOther() throws Exception {
        BridgesSite a = site("a");
        BridgesSite b = site("b");
        a.connect("b", b.port(), "- '# both 1'");
        b.connect("a", a.port(), "- '# both 1'");

        exchange(List.of(a, b), a.port(), b.port());

        for (BridgesClient client : clients) {
            assertThat(client.received()).hasSizeLessThanOrEqualTo(3 * MESSAGES);
        }
    }

    @Test
    void twoBridgesThatOnlySendTowardsEachOther() throws Exception {
        BridgesSite a = site("a");
        BridgesSite b = site("b");
        a.connect("b", b.port(), "- '# out 1'");
        b.connect("a", a.port(), "- '# out 1'");

        assertEachGetsEverythingOnce(List.of(a, b), a.port(), b.port());
    }

    @Test
    void aRingOfThreeThatSend() throws Exception {
        BridgesSite a = site("a");
        BridgesSite b = site("b");
        BridgesSite c = site("c");
        for (BridgesSite[] pair : new BridgesSite[][] {{a, b}, {b, c}, {c, a}}) {
            pair[0].save("next", to(pair[1].port(), "hop-limit", "2"), "- '# out 1'");
            pair[0].awaitConnected("next");
        }

        assertEachGetsEverythingOnce(List.of(a, b, c), a.port(), b.port(), c.port());
    }

    @Test
    void aBridgeInBothDirectionsToMosquitto() throws Exception {
        BridgesMosquitto hub = mosquitto();
        BridgesSite a = site("a");
        a.connect("hub", hub.port(), "- '# both 1'");

        assertEachGetsEverythingOnce(List.of(a), a.port(), hub.port());
    }

    @Test
    void twoCaravansThatMeetAtMosquitto() throws Exception {
        BridgesMosquitto hub = mosquitto();
        BridgesSite a = site("a");
        BridgesSite b = site("b");
        a.save("hub", to(hub.port(), "client-id", "a"), "- '# both 1'");
        b.save("hub", to(hub.port(), "client-id", "b"), "- '# both 1'");
        a.awaitConnected("hub");
        b.awaitConnected("hub");

        assertEachGetsEverythingOnce(List.of(a, b), a.port(), b.port(), hub.port());
    }

    /** It marks itself by the highest bit of the protocol level. */
    @ParameterizedTest
    @ValueSource(strings = {"mqttv311", "mqttv31"})
    void mosquittosOwnBridge(String version) throws Exception {
        assertMosquittosBridgeWorks("bridge_protocol_version " + version);
    }

    @Test
    void mosquittosOwnBridgeWithoutItsPrivateBit() throws Exception {
        assertMosquittosBridgeWorks("try_private false", "bridge_protocol_version mqttv50");
    }

    @Test
    void mosquittosOwnBridgeInMqtt5() throws Exception {
        assertMosquittosBridgeWorks("bridge_protocol_version mqttv50");
    }

    @Test
    void aChainIsNoLongerThanTheHopLimit() throws Exception {
        BridgesSite a = site("a");
        BridgesSite b = site("b");
        BridgesSite c = site("c");
        a.connect("b", b.port(), "x/# out 1");
        b.connect("c", c.port(), "x/# out 1");
        try (BridgesClient atA = a.client();
                BridgesClient atB = b.client().subscribe("x/#");
                BridgesClient atC = c.client().subscribe("x/#")) {
            atA.publish("x/1", "too far");
            atB.await1("x/1");
            JsonNode state = b.awaitBridge("c", s -> s.at("/dropped/hop_limit").asLong() > 0);
            assertThat(state.at("/dropped/hop_limit").asLong()).isEqualTo(1);

            b.save("c", to(c.port(), "hop-limit", "2"), "x/# out 1");
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                atA.publish("x/2", "far");
                return !atC.received("x/2").isEmpty();
            });
            assertThat(atC.received("x/1")).isEmpty();
            assertThat(atC.await1("x/2").getUserProperties().asList())
                    .anySatisfy(p -> assertThat(p.getValue().toString()).matches("[^,]+,[^,]+"));
        }
    }

    private void assertMosquittosBridgeWorks(String... options) throws Exception {
        BridgesSite a = site("a");
        List<String> lines = new ArrayList<>(List.of(
                "connection up",
                "address 127.0.0.1:" + a.port(),
                "topic # both 1",
                "restart_timeout 1",
                "remote_clientid mosquitto"));
        lines.addAll(List.of(options));
        BridgesMosquitto hub = mosquitto(lines.toArray(String[]::new));
        try (BridgesClient atA = a.client().subscribe("probe");
                BridgesClient atHub = hub.client()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                atHub.publish("probe", "x");
                return !atA.received().isEmpty();
            });
            atA.subscribe("$SYS/broker/connection/+/state").awaitLast("$SYS/broker/connection/mosquitto/state", "1");
        }
        assertEachGetsEverythingOnce(List.of(), a.port(), hub.port());
        assertRetainedCrosses(a.port(), hub.port());
        assertRetainedCrosses(hub.port(), a.port());
    }

    private static void assertRetainedCrosses(int from, int to) {
        String topic = "kept/" + from;
        try (BridgesClient sender = BridgesClient.connect(from);
                BridgesClient live = BridgesClient.connect(to).subscribe("kept/#")) {
            sender.retain(topic, "kept");
            assertThat(live.await1(topic).isRetain()).isTrue();
            BridgesClient.awaitRetained(to, topic, "kept");
        }
    }

    private void assertEachGetsEverythingOnce(List<BridgesSite> bridged, int... ports) {
        List<String> expected = exchange(bridged, ports);
        for (BridgesClient client : clients) {
            assertThat(client.payloads()).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    /** Messages from each broker's publisher to each broker's subscriber, until it is quiet. */
    private List<String> exchange(List<BridgesSite> bridged, int... ports) {
        for (int port : ports) {
            BridgesClient client = BridgesClient.connect(port);
            opened.add(client);
            clients.add(client.subscribe("test/#"));
        }
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            for (int k = 0; k < ports.length; k++) {
                clients.get(k).publish("test/" + k, k + " " + i);
                expected.add(k + " " + i);
            }
        }
        for (BridgesClient client : clients) {
            await().atMost(Duration.ofSeconds(60)).until(() -> client.payloads().containsAll(expected));
        }
        assertQuiet(() -> bridged.stream()
                        .map(BridgesSite::bridges)
                        .map(BridgesLoopIT::traffic)
                        .toList()
                + " " + clients.stream().map(c -> c.received().size()).toList());
        return expected;
    }

    private static String traffic(JsonNode bridges) {
        StringBuilder counters = new StringBuilder();
        bridges.forEach(b -> counters.append(b.path("acknowledged_out"))
                .append(b.path("acknowledged_in"))
                .append(b.path("dropped")));
        return counters.toString();
    }

    private static void assertQuiet(Supplier<String> traffic) {
        AtomicReference<String> last = new AtomicReference<>("");
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .during(Duration.ofSeconds(1))
                .until(() -> {
                    String now = traffic.get();
                    return now.equals(last.getAndSet(now));
                });
    }

    private BridgesSite site(String name) throws Exception {
        BridgesSite site = BridgesSite.start(folders.resolve(name));
        opened.add(site);
        return site;
    }

    private BridgesMosquitto mosquitto(String... lines) throws Exception {
        BridgesMosquitto started = BridgesMosquitto.start(folders, lines);
        opened.add(started);
        return started;
    }
}
