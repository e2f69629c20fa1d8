package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.testkit.FaultProxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of one message between two Caravans. Each test has topics of its own. */
class BridgesCrossingIT {

    private static final String[] LINES = {
        "- 'sensors/# out 1 plant/ edge/'",
        "- 'cmd/# in 1 here/ there/'",
        "- 'two/# both 1 l/ r/'",
        "- 'o0/# out 0'",
        "- 'o1/# out 1'",
        "- 'o2/# out 2'",
        "- 'i0/# in 0'",
        "- 'i1/# in 1'",
        "- 'i2/# in 2'",
        "- {topic: 'plain/# out 1', retain: strip}",
        "- {topic: 'plainin/# in 1', retain: strip}",
        "- {from: modules/+/+/status, to: devices/id/$1/$2/status, direction: out, qos: 1}",
        "- {from: far/+/#, to: near/$2/$1, direction: in, qos: 1}",
        "- {topic: 'most/# out 1', exclude: [most/secret/#]}",
        "- 'most/+/x out 1 \"\" second/'",
        "- 'most/# out 1'",
        "- '# out 1 strip/ put/'",
        "- '# out 1 bare/ \"\"'"
    };

    @TempDir
    static Path folders;

    private static BridgesSite here;
    private static BridgesSite there;
    private static FaultProxy link;

    private BridgesClient local;
    private BridgesClient remote;

    @BeforeAll
    static void start() throws Exception {
        there = BridgesSite.start(folders.resolve("there"));
        link = new FaultProxy(there.port());
        here = BridgesSite.start(folders.resolve("here"));
        here.connect("crossing", link.port(), LINES);
    }

    @AfterAll
    static void stop() {
        here.close();
        link.close();
        there.close();
    }

    @BeforeEach
    void connect() {
        link.heal();
        here.awaitConnected("crossing");
        local = here.client();
        remote = there.client();
    }

    @AfterEach
    void disconnect() {
        local.close();
        remote.close();
    }

    @Test
    void exchangesPrefixesEitherWay() {
        local.subscribe("here/#").subscribe("l/#");
        remote.subscribe("edge/#").subscribe("r/#");

        local.publish("plant/sensors/d1", "1").publish("l/two/a", "2").publish("sensors/d1", "no line");
        remote.publish("there/cmd/d1", "3").publish("r/two/b", "4").publish("cmd/d1", "no line");

        assertThat(BridgesClient.text(remote.await1("edge/sensors/d1"))).isEqualTo("1");
        assertThat(BridgesClient.text(remote.await1("r/two/a"))).isEqualTo("2");
        assertThat(BridgesClient.text(local.await1("here/cmd/d1"))).isEqualTo("3");
        assertThat(BridgesClient.text(local.await1("l/two/b"))).isEqualTo("4");
        // What they published themselves comes to them too.
        remote.await1("r/two/b");
        local.await1("l/two/a");
        assertThat(remote.topics()).containsExactlyInAnyOrder("edge/sensors/d1", "r/two/a", "r/two/b");
        assertThat(local.topics()).containsExactlyInAnyOrder("here/cmd/d1", "l/two/b", "l/two/a");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "0,2", "1,0", "1,1", "1,2", "2,0", "2,1", "2,2"})
    void crossesWithTheSmallerQos(int message, int line) {
        String out = "o" + line + "/m" + message;
        String in = "i" + line + "/m" + message;
        remote.subscribe(out);
        local.subscribe(in);

        local.publish(out, "x", message);
        remote.publish(in, "x", message);

        MqttQos least = MqttQos.fromCode(Math.min(message, line));
        assertThat(remote.await1(out).getQos()).isEqualTo(least);
        assertThat(local.await1(in).getQos()).isEqualTo(least);
    }

    @Test
    void keepsTheRetainedFlagUnlessTheLineStripsIt() {
        remote.subscribe("o1/#").subscribe("plain/#");
        local.subscribe("i1/#").subscribe("plainin/#");

        local.retain("o1/r", "x").retain("plain/r", "x");
        remote.retain("i1/r", "x").retain("plainin/r", "x");

        assertThat(remote.await1("o1/r").isRetain()).isTrue();
        assertThat(remote.await1("plain/r").isRetain()).isFalse();
        assertThat(local.await1("i1/r").isRetain()).isTrue();
        assertThat(local.await1("plainin/r").isRetain()).isFalse();
        BridgesClient.awaitRetained(there.port(), "o1/r", "x");
        BridgesClient.awaitRetained(here.port(), "i1/r", "x");
        try (BridgesClient later = there.client().subscribe("o1/r").subscribe("plain/r");
                BridgesClient laterHere = here.client().subscribe("i1/r").subscribe("plainin/r")) {
            later.await1("o1/r");
            laterHere.await1("i1/r");
            assertThat(later.topics()).containsExactly("o1/r");
            assertThat(laterHere.topics()).containsExactly("i1/r");
        }
    }

    @Test
    void removesARetainedMessageAtTheOtherSide() {
        remote.subscribe("o1/gone");
        local.retain("o1/gone", "x");
        remote.await1("o1/gone");
        here.awaitBridge("crossing", state -> state.path("buffered").asLong() == 0);

        local.retain("o1/gone", "");

        await().atMost(Duration.ofSeconds(60)).until(() -> remote.payloads(), list -> list.equals(List.of("x", "")));
        here.awaitBridge("crossing", state -> state.path("buffered").asLong() == 0);
        try (BridgesClient later = there.client().subscribe("o1/#").subscribe("o2/live")) {
            local.publish("o2/live", "x");
            later.await1("o2/live");
            assertThat(later.received("o1/gone")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void passesThePropertiesOfMqtt5(boolean out) {
        String topic = out ? "o1/properties" : "i1/properties";
        BridgesClient from = out ? local : remote;
        BridgesClient to = (out ? remote : local).subscribe(topic);

        from.publish(topic, "21.5", 1, m -> m.contentType("text/plain")
                .responseTopic("answer/here")
                .correlationData(new byte[] {0, 1, (byte) 0xff})
                .payloadFormatIndicator(Mqtt5PayloadFormatIndicator.UTF_8)
                .messageExpiryInterval(1000)
                .userProperties()
                .add("b", "1")
                .add("a", "ä€")
                .add("b", "2")
                .add("b", "1")
                .applyUserProperties());

        Mqtt5Publish got = to.await1(topic);
        assertThat(got.getContentType()).hasToString("Optional[text/plain]");
        assertThat(got.getResponseTopic()).hasToString("Optional[answer/here]");
        assertThat(got.getCorrelationData().map(b -> b.remaining())).contains(3);
        assertThat(got.getPayloadFormatIndicator()).contains(Mqtt5PayloadFormatIndicator.UTF_8);
        assertThat(got.getMessageExpiryInterval().orElseThrow()).isBetween(900L, 1000L);
        assertThat(properties(got).stream().limit(4))
                .containsExactly(Map.entry("b", "1"), Map.entry("a", "ä€"), Map.entry("b", "2"), Map.entry("b", "1"));
        assertThat(properties(got).stream().skip(4).map(Map.Entry::getKey)).containsExactly("bridge-id", "bridge-path");
    }

    @Test
    void countsTheMessageExpiryDownAndDropsWhatHasExpired() {
        remote.subscribe("o1/#");
        link.refuse().cut();
        here.awaitDisconnected("crossing");

        local.publish("o1/expired", "x", 1, m -> m.messageExpiryInterval(1));
        local.publish("o1/fresh", "x", 1, m -> m.messageExpiryInterval(1_000));
        // The clock that must go on is the broker's own.
        here.awaitBridge("crossing", state -> state.path("oldest_seconds").asLong() >= 3);
        link.accept();

        assertThat(remote.await1("o1/fresh").getMessageExpiryInterval().orElseThrow())
                .isBetween(800L, 998L);
        assertThat(remote.received("o1/expired")).isEmpty();
    }

    @Test
    void buildsNamesFromCaptures() {
        remote.subscribe("devices/#");
        local.subscribe("near/#");

        local.publish("modules/m1/c2/status", "x");
        remote.publish("far/f1/a/b", "x");

        remote.await1("devices/id/m1/c2/status");
        local.await1("near/a/b/f1");
    }

    @Test
    void givesWhatALineExcludesToTheNextLine() {
        remote.subscribe("most/#").subscribe("second/#");

        local.publish("most/secret/x", "1").publish("most/secret/y", "2").publish("most/open/x", "3");

        remote.await1("most/open/x");
        assertThat(remote.topics()).containsExactlyInAnyOrder("second/most/secret/x", "most/secret/y", "most/open/x");
    }

    @Test
    void takesTheTopicAboveAMultiLevelWildcardToo() {
        remote.subscribe("o1/#").subscribe("put/#");

        local.publish("o1", "1").publish("strip", "2").publish("strip/a", "3");

        assertThat(remote.await1("o1").getQos()).isEqualTo(MqttQos.AT_LEAST_ONCE);
        remote.await1("put/a");
        remote.await1("put");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 300_000, 1_500_000})
    void carriesPayloadsOfAnyBytesEitherWay(int size) {
        byte[] payload = new byte[size];
        new Random(size).nextBytes(payload);
        remote.subscribe("o1/size/" + size);
        local.subscribe("i1/size/" + size);

        local.publish("o1/size/" + size, "", 1, m -> m.payload(payload));
        remote.publish("i1/size/" + size, "", 1, m -> m.payload(payload));

        assertThat(remote.await1("o1/size/" + size).getPayloadAsBytes()).isEqualTo(payload);
        assertThat(local.await1("i1/size/" + size).getPayloadAsBytes()).isEqualTo(payload);
    }

    @Test
    void keepsTheOrderOfAPublisher() {
        remote.subscribe("o1/order");
        local.subscribe("i1/order");
        for (int i = 0; i < 300; i++) {
            local.publish("o1/order", "" + i);
            remote.publish("i1/order", "" + i);
        }
        List<String> all =
                java.util.stream.IntStream.range(0, 300).mapToObj(i -> "" + i).toList();
        remote.awaitLast("o1/order", "299");
        local.awaitLast("i1/order", "299");
        assertThat(remote.payloads()).isEqualTo(all);
        assertThat(local.payloads()).isEqualTo(all);
    }

    @Test
    void sendsToDeadLetterWhatTheLineCanMakeNoTopicOf() {
        long before = here.bridge("crossing").path("dead").asLong();
        remote.subscribe("#").subscribe("$SYS/#");

        local.publish("bare/$SYS/evil", "1")
                .publish("bare", "2")
                .publish("bare/ok", "3")
                .publish("strip/$SYS/fine", "4");

        remote.await1("put/$SYS/fine");
        here.awaitBridge("crossing", state -> state.path("dead").asLong() == before + 2);
        assertThat(remote.topics()).contains("ok").doesNotContain("$SYS/evil");
        assertThat(folders.resolve("here/data/dead-letter")).isDirectoryContaining("glob:**");
    }

    @Test
    void namesAMessageForEverAndWhereItHasBeen() {
        remote.subscribe("o1/id");

        local.publish("o1/id", "1").publish("o1/id", "1");
        remote.awaitLast("o1/id", "1");
        await().atMost(Duration.ofSeconds(60)).until(() -> remote.received().size() == 2);

        List<String> ids =
                remote.received().stream().map(m -> property(m, "bridge-id")).toList();
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[^,]+-[0-9a-z]+"));
        assertThat(property(remote.received().get(0), "bridge-path")).isEqualTo(node(ids.get(0)));
    }

    private static String node(String id) {
        return id.substring(0, id.lastIndexOf('-'));
    }

    private static String property(Mqtt5Publish message, String name) {
        return properties(message).stream()
                .filter(p -> p.getKey().equals(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
    }

    private static List<Map.Entry<String, String>> properties(Mqtt5Publish message) {
        return message.getUserProperties().asList().stream()
                .map(p -> Map.entry(
                        new String(p.getName().toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8),
                        p.getValue().toString()))
                .toList();
    }
}
