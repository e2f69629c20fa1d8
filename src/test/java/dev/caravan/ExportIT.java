package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.store.MessageStore;
import dev.caravan.store.Publication;
import dev.caravan.store.StoreBounds;
import dev.caravan.store.StoreLimits;
import dev.caravan.store.StoreSettings;
import dev.caravan.testkit.CaravanProcess;
import dev.caravan.testkit.Http;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command {@code export} of the jar as a user gets it. */
@Timeout(600)
class ExportIT {

    @TempDir
    private Path folder;

    @TempDir
    private Path elsewhere;

    private record Ended(int code, String out, String err) {}

    /** Runs {@code export} in a folder of its own, so that nothing is found there by accident. */
    private Ended export(String... words) throws Exception {
        List<String> all = new ArrayList<>(List.of("export"));
        all.addAll(List.of(words));
        all.add("--data.directory=" + folder.resolve("data"));
        try (CaravanProcess process = CaravanProcess.launch(elsewhere, all.toArray(String[]::new))) {
            return new Ended(process.exitCode(), process.standardOutput(), process.standardError());
        }
    }

    @Test
    void worksBesideARunningProgramAndAfterIt() throws Exception {
        Ended beside;
        try (CaravanProcess caravan = CaravanProcess.start(folder)) {
            Http http = new Http(caravan.port("http"));
            for (int i = 0; i < 3; i++) {
                http.post("/publish", "{\"topic\":\"sensors/d" + i + "/data\",\"payload\":{\"t\":" + i + "}}");
            }

            // The answer to a publisher does not wait for the store.
            await().until(() -> http.get("/history?topic=sensors/%23&from=-1h&format=ndjson")
                            .body()
                            .lines()
                            .count()
                    == 3);

            beside = export("--topic", "sensors/#", "--from", "-1h", "--columns", "t", "--filter", "$.t >= 1");

            assertThat(http.get("/history?topic=sensors/%23&from=-1h&format=csv&columns=t&filter=$.t%3E=1")
                            .body())
                    .isEqualTo(beside.out());
        }
        assertThat(beside.code()).isZero();
        assertThat(beside.err()).isEmpty();
        assertThat(beside.out().lines().map(line -> line.replaceAll("^\\d+,[^,]+,", "")))
                .containsExactly(
                        "id,time,topic,publisher,t", "sensors/d1/data,anonymous,1", "sensors/d2/data,anonymous,2");

        Ended after = export("--topic", "sensors/#", "--from", "-1h", "--columns", "t", "--filter", "$.t >= 1");

        assertThat(after).isEqualTo(beside);
    }

    @Test
    void withoutAStoreItSaysSoAndMakesNone() throws Exception {
        Ended ended = export("-t", "#");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .startsWith("Error: there is no message store at ")
                .hasLineCount(1);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatIsNoStoreIsLeftAlone() throws Exception {
        Path store = Files.createDirectories(folder.resolve("data/store"));
        Path file = store.resolve("messages.db");
        Files.writeString(file, "not a database, ".repeat(1_000));

        Ended ended = export("-t", "#");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err()).startsWith("Error: ").contains("messages.db").hasLineCount(1);
        assertThat(Files.readString(file)).startsWith("not a database");
        assertThat(store.toFile().list()).containsExactly("messages.db");
    }

    @Test
    void muchGoesThroughLittleMemoryAndAReaderMayStopAnywhere() throws Exception {
        int count = 100_000;
        fill(count, "x".repeat(1_000)); // 100 MB
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String export = java + " -Xmx32m -jar "
                + Path.of(System.getProperty("caravan.jar", "target/bridge.jar"))
                        .toAbsolutePath()
                + " export -t '#' --data.directory=" + folder.resolve("data");

        assertThat(bash(export + " --format ndjson | wc -l").strip()).isEqualTo(Integer.toString(count));
        assertThat(bash("set -o pipefail; " + export + " | head -1"))
                .isEqualTo("id,time,topic,publisher,qos,retain,content_type,encoding,payload\r\n");
    }

    /** Demands that it ends well and says nothing on standard error. */
    private String bash(String commands) throws Exception {
        Path out = elsewhere.resolve("out");
        Path err = elsewhere.resolve("err");
        Process process = new ProcessBuilder("bash", "-c", commands)
                .directory(elsewhere.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(err)).isEmpty();
        assertThat(process.exitValue()).isZero();
        return Files.readString(out);
    }

    private void fill(int count, String payload) throws Exception {
        StoreSettings settings = new StoreSettings(
                folder.resolve("data/store/messages.db"),
                "",
                "",
                "",
                new StoreLimits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofDays(36_500)),
                10_000,
                false);
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        try (MessageStore store =
                MessageStore.open(settings, new StoreBounds(10, 10, 1_000_000), InstantSource.system())) {
            for (int i = 0; i < count; i++) {
                last = store.keep(new Publication(
                                "a",
                                (i + payload).getBytes(StandardCharsets.UTF_8),
                                "p",
                                1,
                                false,
                                null,
                                List.of(),
                                null,
                                null))
                        .toCompletableFuture();
            }
            last.get(5, TimeUnit.MINUTES);
        }
    }
}
