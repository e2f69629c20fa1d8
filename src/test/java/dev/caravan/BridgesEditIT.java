package dev.caravan;

import static dev.caravan.BridgesSite.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.testkit.FaultProxy;
import dev.caravan.testkit.ScriptedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bridge files that are saved while the program runs, and bad ones. */
class BridgesEditIT {

    @TempDir
    Path folder;

    private final BridgesLog log = new BridgesLog();
    private ScriptedBroker there;
    private BridgesSite here;

    @BeforeEach
    void start() throws Exception {
        there = new ScriptedBroker();
        there.script().sessionPresent(true);
        here = BridgesSite.start(folder);
    }

    @AfterEach
    void stop() {
        here.close();
        there.close();
        log.close();
    }

    @Test
    void leavesTheOtherBridgesAlone() throws Exception {
        try (ScriptedBroker other = new ScriptedBroker();
                BridgesClient local = here.client()) {
            here.connect("other", other.port(), "o/# out 1");
            here.connect("one", there.port(), "a/# out 1");
            JsonNode before = here.bridge("other");

            here.save("one", to(there.port()), "b/# out 1");
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                local.publish("b/1", "x");
                return topics().contains("b/1");
            });
            local.publish("a/1", "x").publish("o/1", "x");

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> other.taken().stream().anyMatch(m -> m.topic().equals("o/1")));
            assertThat(here.bridge("other").path("since")).isEqualTo(before.path("since"));
            assertThat(other.connects()).hasSize(1);
            assertThat(topics()).doesNotContain("a/1");
        }
    }

    @Test
    void unsubscribesAtTheRemoteWhatAFileNoLongerNames() throws Exception {
        try (BridgesMosquitto remote = BridgesMosquitto.start(folder)) {
            here.connect("one", remote.port(), "a/# in 1", "b/# in 1");
            try (BridgesClient local = here.client().subscribe("#");
                    BridgesClient atRemote = remote.client()) {
                atRemote.publish("a/1", "x").publish("b/1", "x");
                local.await1("a/1");
                local.await1("b/1");

                log.awaitLine("reloaded");
                log.clear();
                here.save("one", to(remote.port()), "b/# in 1");
                log.awaitLine("reloaded");
                here.awaitConnected("one");
                atRemote.publish("a/2", "x").publish("b/2", "x");
                local.await1("b/2");

                // Back again: nothing of what was sent meanwhile has been kept for it.
                here.save("one", to(remote.port()), "a/# in 1", "b/# in 1");
                await().atMost(Duration.ofSeconds(60)).until(() -> {
                    atRemote.publish("a/3", "x");
                    return !local.received("a/3").isEmpty();
                });
                assertThat(local.topics()).doesNotContain("a/2");
            }
        }
    }

    @Test
    void sendsWhatWaitsToWhereTheNewVersionSays() throws Exception {
        try (FaultProxy link = new FaultProxy(there.port()).refuse();
                BridgesClient local = here.client()) {
            here.save("one", to(link.port()), "a/# out 1 \"\" old/", "b/# out 1");
            here.awaitDisconnected("one");
            local.publish("a/1", "1").publish("a/2", "2").publish("b/1", "no line any more");
            here.awaitBridge("one", s -> s.path("buffered").asLong() == 3);

            // The line of the first save may come a moment after its bridge.
            log.awaitLine("reloaded");
            log.clear();
            here.save("one", to(link.port(), "description", "new"), "a/# out 1 \"\" new/");
            log.awaitLine("reloaded");
            local.publish("a/3", "3");
            link.accept();

            here.awaitBridge("one", s -> s.path("buffered").asLong() == 0);
            assertThat(topics()).containsExactly("new/a/1", "new/a/2", "new/a/3");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "topics, a/# sideways 1, direction must be in",
        "topix, x, parameter 'topix' is unknown",
        "keepalive, never, parameter 'keepalive' must be a time between 1s and 43690s",
        "addresses, 'http://127.0.0.1', begin with tcp"
    })
    void changesNothingOnABadEdit(String key, String value, String reason) throws Exception {
        here.connect("one", there.port(), "a/# out 1");
        Map<String, String> parameters = new HashMap<>(to(there.port()));
        if (!key.equals("topics")) {
            parameters.put(key, value);
        }

        here.save("one", parameters, key.equals("topics") ? new String[] {"b/# out 1", value} : new String[] {"b/#"});

        log.awaitLine("not reload");
        assertThat(log.lines("not reload")).singleElement().asString().contains("bridge-one.camel.yaml", reason);
        here.awaitConnected("one");
        try (BridgesClient local = here.client()) {
            local.publish("b/1", "x").publish("a/1", "x");
            await().atMost(Duration.ofSeconds(60)).until(() -> topics().contains("a/1"));
            assertThat(topics()).containsExactly("a/1");
        }
    }

    @Test
    void startsWithoutABadFileAndLoadsItWhenItIsMended() throws Exception {
        here.close();
        BridgesSite.file(folder, "bad", to(there.port()), "b/# out 1", "b/# sideways");
        BridgesSite.file(folder, "good", to(there.port()), "g/# out 1");
        here = BridgesSite.start(folder);
        here.awaitConnected("good");
        assertThat(here.bridge("bad").isMissingNode()).isTrue();
        assertThat(log.lines("not loaded"))
                .singleElement()
                .asString()
                .contains("bridge-bad.camel.yaml", "parameter 'topics', line 2: 'b/# sideways'", "'sideways'");

        here.save("bad", to(there.port()), "b/# out 1");

        here.awaitConnected("bad");
    }

    @Test
    void keepsWhatWaitsForABridgeWhoseFileIsBroken() throws Exception {
        try (FaultProxy link = new FaultProxy(there.port()).refuse()) {
            here.save("one", to(link.port()), "a/# out 1");
            here.awaitDisconnected("one");
            try (BridgesClient local = here.client()) {
                local.publish("a/1", "1");
            }
            here.save("one", to(link.port()), "a/# sideways");
            log.awaitLine("not reload");

            here.restart();
            here.save("one", to(link.accept().port()), "a/# out 1");

            await().atMost(Duration.ofSeconds(60)).until(() -> topics().contains("a/1"));
        }
    }

    @ParameterizedTest
    @CsvSource({"name, one", "client-id, caravan-one"})
    void refusesWhatAnotherBridgeHas(String key, String value) throws Exception {
        here.connect("one", there.port(), "a/# out 1");

        String text = Files.readString(BridgesSite.file(folder.resolve("elsewhere"), "two", to(there.port()), "b/#"));
        save(
                "two",
                key.equals("name")
                        ? text.replace("value: 'two'", "value: 'one'")
                        : text.replace(
                                "    parameters:\n",
                                "    parameters:\n      - name: client-id\n        value: " + value + "\n"));

        log.awaitLine("not reload");
        assertThat(log.lines("not reload")).singleElement().asString().contains("bridge-two.camel.yaml", value, "one");
        here.awaitConnected("one");
        assertThat(here.bridges()).hasSize(1);
        try (BridgesClient local = here.client()) {
            local.publish("a/1", "x");
            await().atMost(Duration.ofSeconds(60)).until(() -> topics().contains("a/1"));
        }
    }

    @Test
    void endsABridgeWhoseFileIsDeleted() throws Exception {
        here.connect("one", there.port(), "a/# out 1");

        Files.delete(folder.resolve("routes/bridge-one.camel.yaml"));

        await().atMost(Duration.ofSeconds(60)).until(() -> here.bridges().isEmpty());
        await().atMost(Duration.ofSeconds(60)).until(() -> there.open() == 0);
    }

    @Test
    void isOffWithoutAnAddress() throws Exception {
        here.close();
        BridgesSite.file(folder, "one", Map.of("addresses", ""), "a/# out 1");
        here = BridgesSite.start(folder);

        assertThat(here.bridge("one").path("state").asText()).isEqualTo("off");
        assertThat(log.lines("not loaded")).isEmpty();
    }

    private void save(String name, String text) throws IOException {
        Path routes = folder.resolve("routes");
        Path written = Files.writeString(routes.resolve(name + ".tmp"), text);
        Files.move(written, routes.resolve("bridge-" + name + ".camel.yaml"));
    }

    private List<String> topics() {
        return there.taken().stream()
                .map(ScriptedBroker.Message::topic)
                .filter(t -> !t.startsWith("$"))
                .toList();
    }
}
