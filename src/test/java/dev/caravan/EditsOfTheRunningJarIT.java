package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.CaravanProcess;
import dev.caravan.testkit.Http;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar while a shell edits its routes as vim, {@code sed -i}, {@code cp}, {@code mv} and people do. */
class EditsOfTheRunningJarIT {

    private static final int EDITS = 60;

    /** A good edit is asked for until it answers; a slow machine may take longer than the promised second. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** At the median; a busy machine, that takes four times as long to start, may take as much longer. */
    private static final Duration TYPICAL = Duration.ofSeconds(1);

    private static final int EDITS_TO_A_START = 4;

    /** Far fewer than one for each edit. */
    private static final int MORE_THREADS = 8;

    private static final long MORE_KILOBYTES = 10_000;

    /** Each makes {@code answer.camel.yaml} say what the file {@code ../new} says. */
    private static final List<String> GOOD = List.of(
            "cat ../new > answer.camel.yaml",
            "cp ../new answer.camel.yaml",
            "mv ../new answer.camel.yaml",
            "mv answer.camel.yaml answer.camel.yaml~; cat ../new > answer.camel.yaml; rm answer.camel.yaml~",
            "cp ../new .answer.camel.yaml.swp; mv -f .answer.camel.yaml.swp answer.camel.yaml",
            "sed -i \"s/version [0-9]*/$(grep -o 'version [0-9]*' ../new)/\" answer.camel.yaml",
            "cp ../new ../target-$$; ln -sfn ../target-$$ answer.camel.yaml",
            "rm answer.camel.yaml; cp ../new answer.camel.yaml",
            "cat answer.camel.yaml > ../half; head -c 60 ../new > answer.camel.yaml; cat ../new > answer.camel.yaml",
            "cp ../new answer2; touch answer2; mv answer2 answer.camel.yaml");

    /** Each breaks the file. */
    private static final List<String> BAD = List.of(
            "head -c 100 ../new > answer.camel.yaml",
            "sed -i 's/steps:/stepps:/' answer.camel.yaml",
            "sed -i 's/^    from/   from/' answer.camel.yaml",
            ": > answer.camel.yaml",
            "printf '\\xff\\xfe' > answer.camel.yaml",
            "ln -sfn ../nowhere answer.camel.yaml",
            "sed 's/setBody/setBodi/' ../new > ../bad; mv ../bad answer.camel.yaml",
            "sed 's/uri: .*/uri: exec:ls/' ../new > ../bad; cp ../bad answer.camel.yaml",
            "tr ' ' '\\t' < ../new > answer.camel.yaml",
            "head -c 2000000 /dev/zero > answer.camel.yaml");

    @TempDir
    Path folder;

    @Test
    void takesEveryGoodEditWithinASecondAndRunsOnThroughEveryBadOne() throws Exception {
        copyShippedRoutes();
        Files.writeString(routes().resolve("answer.camel.yaml"), answering(0));
        try (CaravanProcess caravan = CaravanProcess.start(folder, "--routes.directory=routes")) {
            Http http = new Http(caravan.port("http"));
            assertThat(http.get("/answer").body()).isEqualTo("version 0");
            for (int i = 1; i <= 5; i++) {
                edit(http, i);
                breakAndAsk(http, i);
            }
            Use before = Use.of(caravan, http);
            List<Long> millis = new ArrayList<>();

            for (int i = 6; i <= EDITS; i++) {
                millis.add(edit(http, i));
                breakAndAsk(http, i);
            }

            Collections.sort(millis);
            System.out.printf(
                    "edits take effect after %d ms (median), %d ms (worst), a start after %s%n",
                    millis.get(millis.size() / 2), millis.get(millis.size() - 1), caravan.startTime());
            assertThat(millis.get(millis.size() / 2))
                    .isLessThanOrEqualTo(
                            Math.max(TYPICAL.toMillis(), caravan.startTime().toMillis() / EDITS_TO_A_START));
            // Threads of what ended go a little later, and so does what they hold.
            await().atMost(LIMIT).untilAsserted(() -> {
                Use after = Use.of(caravan, http);
                assertThat(after.routes()).as("%s, %s", before, after).isEqualTo(before.routes());
                assertThat(after.threads())
                        .as("%s, %s", before, after)
                        .isLessThanOrEqualTo(before.threads() + MORE_THREADS);
                assertThat(after.heapKilobytes())
                        .as("%s, %s", before, after)
                        .isLessThan(before.heapKilobytes() + MORE_KILOBYTES);
            });
            assertThat(caravan.standardError()).contains("not reloaded, the last good version keeps running: ");
        }
    }

    /** Time from the end of the shell's command to the first new answer. */
    private long edit(Http http, int version) throws Exception {
        if (Files.isSymbolicLink(routes().resolve("answer.camel.yaml"))) {
            shell("cp ../last ../plain; mv ../plain answer.camel.yaml");
        }
        Files.writeString(folder.resolve("new"), answering(version));
        String command = GOOD.get(version % GOOD.size());
        if (command.startsWith("sed")) {
            // It needs a file that is good but for the version.
            shell("cp ../last answer.camel.yaml");
        }
        shell(command);
        long saved = System.nanoTime();
        await().atMost(LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> http.get("/answer").body().equals("version " + version));
        Files.writeString(folder.resolve("last"), answering(version));
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - saved);
    }

    private void breakAndAsk(Http http, int version) throws Exception {
        Files.writeString(folder.resolve("new"), answering(version + 1000));
        shell(BAD.get(version % BAD.size()));
        await().atMost(LIMIT).until(() -> http.get("/routes")
                .body()
                .matches("(?s).*\"file\":\"answer.camel.yaml\",\"state\":\"last-good\".*"));
        assertThat(http.get("/answer").body()).isEqualTo("version " + version);
        assertThat(http.get("/topics").statusCode()).isEqualTo(200);
    }

    /** What a process uses. */
    private record Use(int routes, int threads, long heapKilobytes) {

        static Use of(CaravanProcess caravan, Http http) throws Exception {
            jcmd(caravan, "GC.run");
            String heap = jcmd(caravan, "GC.heap_info");
            return new Use(
                    http.get("/routes").body().split("\"id\"", -1).length - 1,
                    (int) jcmd(caravan, "Thread.print")
                            .lines()
                            .filter(l -> l.startsWith("\""))
                            .count(),
                    Long.parseLong(heap.replaceAll("(?s).*? used (\\d+)K.*", "$1")));
        }

        private static String jcmd(CaravanProcess caravan, String command) throws Exception {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(caravan.pid()),
                            command)
                    .redirectErrorStream(true)
                    .start();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(output).isZero();
            return output;
        }
    }

    private void shell(String commands) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-ec", commands)
                .directory(routes().toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", commands, output).isZero();
    }

    private Path routes() {
        return folder.resolve("routes");
    }

    private void copyShippedRoutes() throws IOException {
        Files.createDirectories(routes());
        Files.writeString(folder.resolve("last"), answering(0));
        try (var files = Files.list(Path.of("routes"))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, routes().resolve(file.getFileName()));
            }
        }
    }

    private static String answering(int version) {
        return """
                - route:
                    id: answer
                    description: Answers with its version.
                    from:
                      uri: platform-http:/answer
                      steps:
                        - setBody:
                            constant:
                              expression: version %d
                """.formatted(version);
    }
}
