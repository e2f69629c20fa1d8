package dev.caravan;

import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.Ports;
import dev.caravan.testkit.RealClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Mosquitto on a port of the loopback address that stays free while it is away. */
final class BridgesMosquitto implements AutoCloseable {

    private final String program;
    private final Path configuration;
    private final int port;
    private Process process;

    private BridgesMosquitto(String program, Path configuration, int port) throws IOException {
        this.program = program;
        this.configuration = configuration;
        this.port = port;
        process = RealClient.start(Map.of(), program, "-c", configuration.toString());
        awaitOpen();
    }

    /** @param lines of mosquitto.conf behind the listener's, so those of a listener come first */
    static BridgesMosquitto start(Path folder, String... lines) throws IOException {
        String program = RealClient.require("mosquitto", "mosquitto");
        int port = Ports.free();
        Path configuration = Files.writeString(
                folder.resolve("mosquitto-" + port + ".conf"),
                // Otherwise, started by root, it becomes a user who may not read the test's folder.
                "user root\nallow_anonymous true\nlog_dest file " + folder.resolve("mosquitto-" + port + ".log")
                        + "\nlistener " + port + " 127.0.0.1\n" + String.join("\n", lines) + "\n");
        return new BridgesMosquitto(program, configuration, port);
    }

    int port() {
        return port;
    }

    BridgesClient client() {
        return BridgesClient.connect(port);
    }

    /** kill -9. */
    BridgesMosquitto kill() throws InterruptedException {
        process.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
        return this;
    }

    BridgesMosquitto startAgain() throws IOException {
        process = RealClient.start(Map.of(), program, "-c", configuration.toString());
        awaitOpen();
        return this;
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            kill();
        }
    }

    private void awaitOpen() {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return process.isAlive() && socket.isConnected();
            }
        });
    }
}
