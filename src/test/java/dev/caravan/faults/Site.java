package dev.caravan.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.testkit.CaravanProcess;
import dev.caravan.testkit.FaultProxy;
import dev.caravan.testkit.Http;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The packaged jar in a folder of its own, reached through a door that stays at its port while the jar is killed and
 * started again. Runs its bridges, {@code GET /bridges} and the dead-letter file, and no other route.
 */
final class Site implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;
    /** Nobody listens there. */
    private static final int NOWHERE = 1;

    private final FaultProxy door = new FaultProxy(NOWHERE);
    private @Nullable CaravanProcess process;

    Site(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(routes());
        for (String file : new String[] {"error-handling.camel.yaml", "http-show-bridges.camel.yaml"}) {
            Files.copy(Path.of("routes", file), routes().resolve(file));
        }
    }

    /**
     * Writes the file of a bridge, which a running jar takes up by itself.
     *
     * @param parameters names and values in turn, beyond name, address and topics
     */
    Site bridge(String name, int port, String topics, String... parameters) throws IOException {
        StringBuilder file = new StringBuilder("""
                - templatedRoute:
                    routeId: bridge-%s
                    routeTemplateRef: mqtt-bridge
                    parameters:
                """.formatted(name));
        parameter(file, "name", name);
        parameter(file, "addresses", "tcp://127.0.0.1:" + port);
        parameter(file, "topics", topics);
        for (int i = 0; i < parameters.length; i += 2) {
            parameter(file, parameters[i], parameters[i + 1]);
        }
        // Written beside it first: half a file would be read as one.
        Path half = Files.writeString(folder.resolve(name + ".half"), file);
        Files.move(half, routes().resolve("bridge-" + name + ".camel.yaml"));
        return this;
    }

    private static void parameter(StringBuilder file, String name, String value) {
        file.append("      - name: ")
                .append(name)
                .append("\n        value: \"")
                .append(value)
                .append("\"\n");
    }

    Site start() throws IOException {
        CaravanProcess started = CaravanProcess.start(folder);
        process = started;
        door.target(started.port("mqtt"));
        return this;
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        process().kill();
        // Its port may soon be somebody else's.
        door.target(NOWHERE);
    }

    /** Stops it as a service manager does, and starts it again. */
    void restart() throws IOException, InterruptedException {
        process().close();
        door.target(NOWHERE);
        start();
    }

    /** Where clients and other sites connect to, also while the jar is away. */
    int port() {
        return door.port();
    }

    /** What {@code GET /bridges} says of one bridge. */
    JsonNode bridge(String name) throws IOException, InterruptedException {
        String body = new Http(process().port("http")).get("/bridges").body();
        for (JsonNode bridge : JSON.readTree(body).path("bridges")) {
            if (bridge.path("name").asText().equals(name)) {
                return bridge;
            }
        }
        throw new IllegalStateException("no bridge " + name + " in " + body);
    }

    boolean isConnected(String name) throws IOException, InterruptedException {
        return bridge(name).path("connected").asBoolean();
    }

    /** The lines of a bridge's dead-letter file. */
    String deadLetters(String name) throws IOException {
        Path file = folder.resolve("data/dead-letter/bridge-" + name + ".ndjson");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** Processor time that the process has used so far. */
    Duration cpu() {
        return ProcessHandle.of(process().pid())
                .flatMap(handle -> handle.info().totalCpuDuration())
                .orElseThrow();
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null) {
            process.close();
        }
        door.close();
    }

    private Path routes() {
        return folder.resolve("routes");
    }

    private CaravanProcess process() {
        return Objects.requireNonNull(process, "not started");
    }
}
