package dev.caravan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Other people's clients, run as processes. Where one is missing its test is skipped, in CI it fails. */
public final class RealClient {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private RealClient() {}

    /** The path of a program that must answer, or the end of this test. */
    public static String require(String program, String package_) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseGet(() -> missing(program + " is not installed (Debian: " + package_ + ")"));
    }

    /** Skips the test with a reason, or fails it where everything was to be installed. */
    public static String missing(String reason) {
        if ("true".equals(System.getenv("CI"))) {
            fail(reason);
        }
        return abort(reason);
    }

    /** Starts a program with its standard output and error in one pipe. */
    public static Process start(Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Runs a program to its end and returns what it printed. */
    public static String run(String... command) throws IOException, InterruptedException {
        return finish(start(Map.of(), command));
    }

    /** Waits for the end of a program and returns what it printed. One that hangs is ended, and the test with it. */
    public static String finish(Process process) throws IOException, InterruptedException {
        AtomicBoolean hung = new AtomicBoolean();
        CompletableFuture.delayedExecutor(LIMIT.toSeconds(), TimeUnit.SECONDS).execute(() -> {
            if (process.isAlive()) {
                hung.set(true);
                process.destroyForcibly();
            }
        });
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertThat(hung).as("ended after %s; it printed: %s", LIMIT, output).isFalse();
        return output;
    }
}
