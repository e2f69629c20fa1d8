package dev.caravan.testkit;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The packaged jar as a process of its own, started in a folder with free ports. */
public final class CaravanProcess implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile(" (mqtt|ws|tls|http)=\\S*?:(\\d+)(?=[ /]|$)");

    private final Process process;
    private final Path out;
    private final Path err;
    private String readyLine = "";

    private CaravanProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts and waits for the ready line. */
    public static CaravanProcess start(Path folder, String... arguments) throws IOException {
        CaravanProcess started = launch(folder, arguments);
        await().atMost(Duration.ofSeconds(60)).until(() -> started.hasLine("ready in") || !started.isAlive());
        if (!started.isAlive()) {
            throw new IllegalStateException(
                    "ended with " + started.process.exitValue() + ": " + started.standardError());
        }
        started.readyLine = started.standardOutput().lines().findFirst().orElseThrow();
        return started;
    }

    /** Starts without waiting for anything; the ports are free ones unless the arguments say otherwise. */
    public static CaravanProcess launch(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-jar",
                jar().toString()));
        if (arguments.length == 0 || arguments[0].startsWith("--")) {
            for (String port : List.of("--mqtt.port=", "--mqtt.ws.port=", "--http.port=")) {
                if (Arrays.stream(arguments).noneMatch(a -> a.startsWith(port))) {
                    command.add(port + "0");
                }
            }
        }
        command.addAll(List.of(arguments));
        Path out = folder.resolve("stdout.txt");
        Path err = folder.resolve("stderr.txt");
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new CaravanProcess(process, out, err);
    }

    private static Path jar() {
        Path jar =
                Path.of(System.getProperty("caravan.jar", "target/bridge.jar")).toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is not built; run ./mvnw package first");
        }
        return jar;
    }

    public String readyLine() {
        return readyLine;
    }

    /** A port of the ready line: {@code mqtt}, {@code ws}, {@code tls} or {@code http}. */
    public int port(String name) {
        Matcher matcher = PORT.matcher(readyLine);
        while (matcher.find()) {
            if (matcher.group(1).equals(name)) {
                return Integer.parseInt(matcher.group(2));
            }
        }
        throw new IllegalStateException("no " + name + " in: " + readyLine);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    public String standardOutput() throws IOException {
        return Files.readString(out);
    }

    public String standardError() throws IOException {
        return Files.readString(err);
    }

    /** Waits for the end. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still running after 30 s");
        }
        return process.exitValue();
    }

    /** SIGTERM, as a service manager sends it. */
    public void terminate() {
        process.destroy();
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(15, TimeUnit.SECONDS)) {
            kill();
        }
    }

    private boolean hasLine(String text) throws IOException {
        String output = standardOutput();
        return output.contains(text) && output.endsWith("\n");
    }
}
