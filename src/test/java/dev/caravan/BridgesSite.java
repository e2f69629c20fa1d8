package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.testkit.Http;
import dev.caravan.testkit.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A Caravan in this JVM with a routes folder of its own, in which a test saves bridges. */
final class BridgesSite implements AutoCloseable {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final Path folder;
    private final String[] settings;
    private Bridge bridge;
    private String readyLine;

    private BridgesSite(Path folder, String... settings) throws Exception {
        this.folder = folder;
        this.settings = settings;
        bridge = Bridge.start(TestSettings.in(folder, settings));
        readyLine = bridge.readyLine(Duration.ZERO);
    }

    /** Starts with no route but {@code GET /bridges}, and with the bridges that {@link #file} has put there before. */
    static BridgesSite start(Path folder, String... settings) throws Exception {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        Files.createDirectories(folder.resolve("artemis"));
        Files.copy(
                Path.of("routes", "http-show-bridges.camel.yaml"),
                routes.resolve("http-show-bridges.camel.yaml"),
                StandardCopyOption.REPLACE_EXISTING);
        return new BridgesSite(folder, settings);
    }

    /** A bridge's file, whether or not anything runs in the folder. */
    static Path file(Path folder, String name, Map<String, String> parameters, String... topics) throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        String text = "- templatedRoute:\n    routeId: bridge-" + name
                + "\n    routeTemplateRef: mqtt-bridge\n    parameters:\n"
                + parameter("name", name)
                + parameters.entrySet().stream()
                        .map(e -> parameter(e.getKey(), e.getValue()))
                        .collect(Collectors.joining())
                + "      - name: topics\n        value: |\n"
                + String.join("\n", topics).indent(10);
        // In one step, so that no half of it is read.
        Path written = Files.writeString(routes.resolve(name + ".tmp"), text);
        return Files.move(
                written,
                routes.resolve("bridge-" + name + ".camel.yaml"),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    private static String parameter(String name, String value) {
        return "      - name: " + name + "\n        value: '" + value.replace("'", "''") + "'\n";
    }

    /** Saves a bridge while this runs, and waits for nothing. */
    Path save(String name, Map<String, String> parameters, String... topics) throws IOException {
        return file(folder, name, parameters, topics);
    }

    /** Saves a bridge to a port of this machine and waits until it is connected. */
    BridgesSite connect(String name, int remotePort, String... topics) throws IOException {
        save(name, to(remotePort), topics);
        return awaitConnected(name);
    }

    /** Parameters of a bridge that tries again quickly. */
    static Map<String, String> to(int remotePort, String... more) {
        List<Map.Entry<String, String>> all = new ArrayList<>(
                List.of(Map.entry("addresses", "tcp://127.0.0.1:" + remotePort), Map.entry("restart-timeout", "1s")));
        for (int i = 0; i < more.length; i += 2) {
            all.add(Map.entry(more[i], more[i + 1]));
        }
        return all.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> b));
    }

    Path folder() {
        return folder;
    }

    int port() {
        return port("mqtt");
    }

    int port(String name) {
        Matcher port = Pattern.compile(" " + name + "=\\S*?:(\\d+)").matcher(readyLine);
        assertThat(port.find()).as(readyLine).isTrue();
        return Integer.parseInt(port.group(1));
    }

    Http http() {
        return new Http(port("http"));
    }

    BridgesClient client() {
        return BridgesClient.connect(port());
    }

    /** What {@code GET /bridges} says. */
    JsonNode bridges() {
        try {
            return new ObjectMapper().readTree(http().get("/bridges").body()).path("bridges");
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What it says of one bridge; missing where it names none so. */
    JsonNode bridge(String name) {
        for (JsonNode one : bridges()) {
            if (one.path("name").asText().equals(name)) {
                return one;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    JsonNode awaitBridge(String name, Predicate<JsonNode> condition) {
        return await().atMost(SOON).until(() -> bridge(name), condition);
    }

    BridgesSite awaitConnected(String name) {
        awaitBridge(name, state -> state.path("connected").asBoolean());
        return this;
    }

    BridgesSite awaitDisconnected(String name) {
        awaitBridge(
                name,
                state -> !state.isMissingNode() && !state.path("connected").asBoolean());
        return this;
    }

    /** A graceful stop and a start in the same folder. */
    BridgesSite restart() throws Exception {
        bridge.close();
        bridge = Bridge.start(TestSettings.in(folder, settings));
        readyLine = bridge.readyLine(Duration.ZERO);
        return this;
    }

    @Override
    public void close() {
        bridge.close();
    }
}
