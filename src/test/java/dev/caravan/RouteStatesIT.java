package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.caravan.testkit.Http;
import dev.caravan.testkit.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of route files while they are edited: {@code GET /routes} and the retained state topics. */
class RouteStatesIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TOPIC = "$SYS/broker/routes/door-log/state";
    private static final String FILE = "door-log.camel.yaml";

    private static final String ROUTE = """
            - route:
                id: door-log
                description: Logs doors of {{mqtt.client-id}}.
                routeConfigurationId: error-handling
                from:
                  uri: paho-mqtt5:doors/+
                  parameters:
                    brokerUrl: "{{mqtt.url}}"
                    clientId: door-log
                    qos: 1
                  steps:
                    - %s:
                        json:
                          library: Jackson
                    - log:
                        message: ${body}
            """;

    @TempDir
    Path folder;

    private static final ObjectMapper JSON = new ObjectMapper();

    private Bridge bridge;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(folder.resolve("artemis"));
        Files.createDirectories(folder.resolve("routes"));
        for (String file :
                new String[] {"http-show-routes.camel.yaml", "http-show-status.camel.yaml", "error-handling.camel.yaml"
                }) {
            Files.copy(Path.of("routes", file), folder.resolve("routes").resolve(file));
        }
        bridge = Bridge.start(TestSettings.in(folder));
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @Test
    void tellsOfAFileFromTheFirstSaveToItsDeletion() throws Exception {
        try (BridgesClient client = BridgesClient.connect(port("mqtt")).subscribe("$SYS/broker/routes/+/state")) {
            save(FILE, ROUTE.formatted("unmarshal"));
            JsonNode loaded =
                    awaitNotice(client, state -> state.path("state").asText().equals("running"));
            assertThat(loaded.path("file").asText()).isEqualTo(FILE);
            assertThat(loaded.path("loaded_at").asText()).isNotEmpty();
            assertThat(loaded.path("last_error").asText()).isEmpty();
            assertThat(loaded.path("routes").path(0).path("id").asText()).isEqualTo("door-log");
            assertThat(loaded.path("routes").path(0).path("description").asText())
                    .isEqualTo("Logs doors of caravan.");

            save(FILE, ROUTE.formatted("unmarshall"));
            JsonNode broken =
                    awaitNotice(client, state -> state.path("state").asText().equals("last-good"));
            assertThat(broken.path("last_error").asText())
                    .contains(FILE + ":12")
                    .contains("unmarshall");
            assertThat(broken.path("loaded_at")).isEqualTo(loaded.path("loaded_at"));
            assertThat(broken.path("routes").path(0).path("id").asText()).isEqualTo("door-log");
            assertThat(file(FILE).path("state").asText()).isEqualTo("last-good");

            save(FILE, ROUTE.formatted("unmarshal"));
            JsonNode mended =
                    awaitNotice(client, state -> state.path("state").asText().equals("running"));
            assertThat(mended.path("last_error").asText()).isEmpty();
            assertThat(mended.path("loaded_at")).isNotEqualTo(loaded.path("loaded_at"));

            Files.delete(folder.resolve("routes").resolve(FILE));
            client.awaitLast(TOPIC, "");
            assertThat(file(FILE).isMissingNode()).isTrue();
            assertThat(client.received(TOPIC)).allMatch(m -> m.isRetain());
            try (BridgesClient later = BridgesClient.connect(port("mqtt")).subscribe("$SYS/broker/routes/+/state")) {
                later.await1("$SYS/broker/routes/error-handling/state");
                later.await1("$SYS/broker/routes/http-show-routes/state");
                assertThat(later.topics()).doesNotContain(TOPIC);
            }
        }
    }

    @Test
    void countsExactlyWhatWasSentAndGoesOnAfterASave() throws Exception {
        save(FILE, ROUTE.formatted("unmarshal"));
        http().awaitConnected("door-log");
        try (BridgesClient client = BridgesClient.connect(port("mqtt")).subscribe(TOPIC)) {
            for (int i = 0; i < 7; i++) {
                client.publish("doors/1", "{}");
            }
            for (int i = 0; i < 3; i++) {
                client.publish("doors/1", "no JSON");
            }
            // Counts alone are told every ten seconds; the last message may be in work, or half counted, at the first.
            JsonNode counted = awaitNotice(
                    client,
                    state -> state.path("exchanges").asInt() == 10
                            && state.path("failures").asInt() == 3
                            && state.at("/routes/0/in_flight").asInt(-1) == 0);
            assertThat(file(FILE)).isEqualTo(counted);
            assertThat(counted.path("routes").path(0).path("failures").asInt()).isEqualTo(3);

            save(FILE, ROUTE.formatted("unmarshal").replace("Logs doors", "Logs all doors"));
            awaitNotice(client, state -> state.path("routes").toString().contains("Logs all doors"));
            http().awaitConnected("door-log");
            client.publish("doors/1", "{}");
            await().atMost(SOON).until(() -> file(FILE).path("exchanges").asInt() == 11);
            assertThat(file(FILE).path("failures").asInt()).isEqualTo(3);

            Files.delete(folder.resolve("routes").resolve(FILE));
            client.awaitLast(TOPIC, "");
            save(FILE, ROUTE.formatted("unmarshal"));
            JsonNode again = awaitNotice(client, state -> !state.isMissingNode());
            assertThat(again.path("exchanges").asInt()).isZero();
        }
    }

    @Test
    void tellsOfNothingThatWasDeletedWhileItWasStopped() throws Exception {
        save(FILE, ROUTE.formatted("unmarshal"));
        try (BridgesClient client = BridgesClient.connect(port("mqtt")).subscribe(TOPIC)) {
            awaitNotice(client, state -> !state.isMissingNode());
        }
        bridge.close();
        Files.delete(folder.resolve("routes").resolve(FILE));
        bridge = Bridge.start(TestSettings.in(folder));

        try (BridgesClient client = BridgesClient.connect(port("mqtt")).subscribe("$SYS/broker/routes/+/state")) {
            client.await1("$SYS/broker/routes/error-handling/state");
            client.await1("$SYS/broker/routes/http-show-routes/state");
            assertThat(client.topics()).doesNotContain(TOPIC);
        }
    }

    @Test
    void namesAFileThatFailsFromTheStart() throws Exception {
        String bridgeWithMistake = """
                - templatedRoute:
                    routeId: bridge-up
                    routeTemplateRef: mqtt-bridge
                    parameters:
                      - name: name
                        value: up
                      - name: addresses
                        value: tcp://127.0.0.1:1
                      - name: topics
                        value: topic x/# sideways
                """;
        bridge.close();
        save("bridge-up.camel.yaml", bridgeWithMistake);
        bridge = Bridge.start(TestSettings.in(folder));

        JsonNode failed = file("bridge-up.camel.yaml");
        assertThat(failed.path("state").asText()).isEqualTo("failed");
        assertThat(failed.path("last_error").asText()).contains("sideways");
        assertThat(failed.path("loaded_at").asText()).isEmpty();
        assertThat(failed.path("routes")).isEmpty();
    }

    private void save(String name, String text) throws IOException {
        Path written = Files.writeString(folder.resolve("written"), text);
        Files.move(written, folder.resolve("routes").resolve(name), StandardCopyOption.ATOMIC_MOVE);
    }

    private int port(String name) {
        Matcher port = Pattern.compile(" " + name + "=\\S*?:(\\d+)").matcher(bridge.readyLine(Duration.ZERO));
        assertThat(port.find()).isTrue();
        return Integer.parseInt(port.group(1));
    }

    private Http http() {
        return new Http(port("http"));
    }

    /** What {@code GET /routes} says of a file; missing where it names none so. */
    private JsonNode file(String name) throws Exception {
        for (JsonNode file : JSON.readTree(http().get("/routes").body()).path("files")) {
            if (file.path("file").asText().equals(name)) {
                return file;
            }
        }
        return MissingNode.getInstance();
    }

    /** Waits until the last notice is such a one. */
    private static JsonNode awaitNotice(BridgesClient client, Predicate<JsonNode> condition) {
        return await().atMost(SOON).until(() -> lastNotice(client), condition);
    }

    private static JsonNode lastNotice(BridgesClient client) throws IOException {
        List<String> all = client.payloads(TOPIC);
        return JSON.readTree(all.isEmpty() ? "" : all.get(all.size() - 1));
    }
}
