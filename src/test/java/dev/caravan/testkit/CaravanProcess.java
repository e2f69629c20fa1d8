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
import org.awaitility.core.ConditionTimeoutException;

/** The packaged jar as a process of its own, started in a folder with free ports. */
public final class CaravanProcess implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile(" (mqtt|ws|tls|http)=\\S*?:(\\d+)(?=[ /]|$)");

    private static final Pattern START = Pattern.compile(" ready in (\\d+) ms");
    private static final String READY = " ready in ";
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

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
        try {
            await().atMost(START_LIMIT).until(() -> started.isReady() || !started.isAlive());
        } catch (ConditionTimeoutException e) {
            started.process.destroyForcibly();
            throw new IllegalStateException("not ready: " + started.standardOutput() + started.standardError(), e);
        }
        if (!started.isAlive()) {
            throw new IllegalStateException(
                    "ended with " + started.process.exitValue() + ": " + started.standardError());
        }
        started.readyLine = started.standardOutput()
                .lines()
                .filter(line -> line.contains(READY))
                .findFirst()
                .orElseThrow();
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

    /** How long the program says that its start took: a measure of how busy the machine is. */
    public Duration startTime() {
        Matcher matcher = START.matcher(readyLine);
        if (!matcher.find()) {
            throw new IllegalStateException("no time in: " + readyLine);
        }
        return Duration.ofMillis(Long.parseLong(matcher.group(1)));
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
        if (!ends()) {
            throw new IllegalStateException("still running after " + STOP_LIMIT);
        }
        return process.exitValue();
    }

    /** SIGTERM, as a service manager sends it. */
    public void terminate() {
        process.destroy();
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!ends()) {
            throw new IllegalStateException("not killed after " + STOP_LIMIT);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!ends()) {
            kill();
        }
    }

    private boolean ends() throws InterruptedException {
        return process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    private boolean isReady() throws IOException {
        String output = standardOutput();
        return output.contains(READY) && output.endsWith("\n");
    }
}
