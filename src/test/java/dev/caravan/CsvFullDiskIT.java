package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.testkit.CaravanProcess;
import dev.caravan.testkit.Http;
import dev.caravan.testkit.MqttProbe;
import dev.caravan.testkit.RealClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped CSV log on a disk of its own that has no room left. */
class CsvFullDiskIT {

    /** More than the route has in work at a time, so that some wait in the broker. */
    private static final int READINGS = 300;

    /** Long, so that a page of the file system, of which a file may have a part left, holds few rows. */
    private static final String TIME = "t".repeat(200);

    @TempDir
    Path folder;

    private Path disk;

    @BeforeEach
    void mountADiskOfOneMegabyte() throws Exception {
        disk = Files.createDirectories(folder.resolve("data/csv"));
        String mount = RealClient.require("mount", "mount");
        String output = RealClient.run(mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString());
        if (!output.isEmpty()) {
            RealClient.missing("a tmpfs cannot be mounted: " + output.strip());
        }
    }

    @AfterEach
    void unmount() throws Exception {
        RealClient.run(RealClient.require("umount", "mount"), disk.toString());
    }

    @Test
    void keepsReadingsInTheBrokerAndGoesOnByItselfWhenThereIsRoom() throws Exception {
        try (CaravanProcess caravan = CaravanProcess.start(folder);
                MqttProbe probe = MqttProbe.connect(caravan.port("mqtt"))) {
            fill();
            IntStream.range(0, READINGS).forEach(i -> probe.publish("sensors/d/data", reading(i)));
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                JsonNode log = log(caravan);
                assertThat(log.path("failing_since").asText()).isNotEmpty();
                assertThat(log.path("last_error").asText()).contains("No space left on device");
                assertThat(log.path("waiting").asInt()).isPositive();
            });

            Files.delete(disk.resolve("filler"));

            Path csv = disk.resolve("sensor_data.csv");
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(Files.readAllLines(csv)).hasSizeGreaterThan(READINGS));
            assertThat(Files.readAllLines(csv).stream().skip(1).toList())
                    .isEqualTo(IntStream.range(0, READINGS)
                            .mapToObj(i -> TIME + ",d," + i + ",,")
                            .toList());
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                            log(caravan).path("failing_since").asText())
                    .isEmpty());
            assertThat(folder.resolve("data/dead-letter/csv-log-readings.ndjson"))
                    .doesNotExist();
            assertThat(caravan.standardError())
                    .containsOnlyOnce("CSV rows cannot be written")
                    .containsOnlyOnce("CSV rows are written again");
        }
    }

    @Test
    void stopsWithoutLosingWhatTheDiskDidNotTake() throws Exception {
        try (CaravanProcess caravan = CaravanProcess.start(folder);
                MqttProbe probe = MqttProbe.connect(caravan.port("mqtt"))) {
            fill();
            IntStream.range(0, READINGS).forEach(i -> probe.publish("sensors/d/data", reading(i)));
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() ->
                            assertThat(log(caravan).path("waiting").asInt()).isPositive());

            caravan.terminate();
            caravan.exitCode();
        }
        Files.delete(disk.resolve("filler"));

        try (CaravanProcess again = CaravanProcess.start(folder)) {
            Path csv = disk.resolve("sensor_data.csv");
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(Files.readAllLines(csv)).hasSizeGreaterThan(READINGS));
            assertThat(again.isAlive()).isTrue();
            List<String> rows = Files.readAllLines(csv);
            assertThat(rows.subList(1, rows.size()))
                    .isEqualTo(IntStream.range(0, READINGS)
                            .mapToObj(i -> TIME + ",d," + i + ",,")
                            .toList());
        }
        assertThat(folder.resolve("data/dead-letter/csv-log-readings.ndjson")).doesNotExist();
    }

    private static String reading(int i) {
        return "{\"timestamp\":\"" + TIME + "\",\"temperature\":" + i + "}";
    }

    /** Leaves no page. */
    private void fill() throws IOException {
        try (var out = Files.newOutputStream(disk.resolve("filler"))) {
            while (true) {
                out.write(new byte[512]);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }

    private static JsonNode log(CaravanProcess caravan) throws IOException, InterruptedException {
        String status = new Http(caravan.port("http")).get("/status").body();
        return new ObjectMapper().readTree(status).path("csv_logs").path(0);
    }
}
