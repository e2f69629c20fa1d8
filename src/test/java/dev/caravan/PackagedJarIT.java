package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.CaravanProcess;
import dev.caravan.testkit.Http;
import dev.caravan.testkit.MqttProbe;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mission, end to end, on the jar as a user gets it: in an empty folder, with nothing else installed. */
class PackagedJarIT {

    @TempDir
    Path folder;

    @TempDir
    Path remoteFolder;

    @Test
    void bridgesLogsAlertsAndAnswersHttp() throws Exception {
        try (CaravanProcess remote = CaravanProcess.start(remoteFolder);
                CaravanProcess caravan =
                        CaravanProcess.start(folder, "--bridge.cloud.url=tcp://127.0.0.1:" + remote.port("mqtt"));
                MqttProbe atRemote = MqttProbe.connect(remote.port("mqtt")).subscribe("#");
                MqttProbe local = MqttProbe.connect(caravan.port("mqtt")).subscribe("#")) {
            Http http = new Http(caravan.port("http"));
            http.awaitConnected("bridge cloud");
            assertThat(caravan.readyLine())
                    .contains("data=" + folder.toRealPath().resolve("data"));

            local.publish("sensors/d1/data", """
                    {"pressure":1013.20,"temperature":21.50,"humidity":40,"device_id":"d1","timestamp":"2026-11-21T10:00:00Z"}""");
            local.publish("sensors/d1/temperature", "36.2");
            assertThat(http.post("/publish", """
                    {"topic":"sensors/d2/temperature","payload":"35.1","publisher":"script"}""").statusCode()).isEqualTo(200);
            atRemote.publish("commands/d1/led", "on");

            local.awaitMessage("sensors/d1/alert", "{\"type\":\"high_temp\",\"value\":36.2}");
            local.awaitMessage("sensors/d2/alert", "{\"type\":\"high_temp\",\"value\":35.1}");
            local.awaitMessage("commands/d1/led", "on");
            atRemote.awaitMessage("sensors/d1/temperature", "36.2");
            atRemote.awaitMessage("sensors/d2/temperature", "35.1");
            await().untilAsserted(() ->
                    assertThat(folder.resolve("data/csv/sensor_data.csv")).hasContent("""
                            timestamp,device_id,temperature,humidity,pressure
                            2026-11-21T10:00:00Z,d1,21.50,40,1013.20
                            """));
            assertThat(http.get("/subscribe?topic=sensors/d2/temperature").body())
                    .contains("\"payload\":\"35.1\"", "\"publisher\":\"script\"", "\"count\":1");
            await().untilAsserted(() -> assertThat(
                            http.get("/subscribe?topic=sensors/d1/temperature").body())
                    .contains("\"payload\":\"36.2\""));
            assertThat(http.get("/").body()).contains("<html");
        }
    }

    /** Ten seconds, or three starts where the machine is so busy that these take longer. */
    @Test
    void stopsWithinTenSecondsAndGoesOnWhereItWas() throws Exception {
        try (CaravanProcess first = CaravanProcess.start(folder);
                MqttProbe probe = MqttProbe.connect(first.port("mqtt"))) {
            probe.publish("sensors/d1/data", "{\"temperature\":1}");
            probe.publish("kept", "retained".getBytes(StandardCharsets.UTF_8), true);
            await().until(() -> rows() == 2);
            long start = System.nanoTime();
            first.terminate();
            first.exitCode();
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .as("stopped, after a start in %s", first.startTime())
                    .isLessThan(Collections.max(
                            List.of(Duration.ofSeconds(10), first.startTime().multipliedBy(3))));
            assertThat(first.standardError()).doesNotContain("Exception");
        }
        try (CaravanProcess second = CaravanProcess.start(folder);
                MqttProbe probe = MqttProbe.connect(second.port("mqtt")).subscribe("kept")) {
            probe.awaitMessage("kept", "retained");
            probe.publish("sensors/d1/data", "{\"temperature\":2}");
            await().until(() -> rows() == 3);
        }
    }

    @Test
    void losesNoAcknowledgedReadingByKillNine() throws Exception {
        int acknowledged = 500;
        try (CaravanProcess first = CaravanProcess.start(folder);
                MqttProbe probe = MqttProbe.connect(first.port("mqtt"))) {
            for (int i = 0; i < acknowledged; i++) {
                probe.publish("sensors/d1/data", "{\"temperature\":" + i + "}");
            }
            first.kill();
        }
        try (CaravanProcess second = CaravanProcess.start(folder)) {
            assertThat(second.isAlive()).isTrue();
            await().untilAsserted(() -> {
                String csv = Files.readString(folder.resolve("data/csv/sensor_data.csv"));
                for (int i = 0; i < acknowledged; i++) {
                    assertThat(csv).contains(",d1," + i + ",,\n");
                }
            });
        }
    }

    @Test
    void takesAnEditedRouteWhileItRuns() throws Exception {
        try (CaravanProcess init = CaravanProcess.launch(folder, "init")) {
            assertThat(init.exitCode()).isZero();
        }
        Path alert = folder.resolve("routes/alert-high-temperature.camel.yaml");
        try (CaravanProcess caravan = CaravanProcess.start(folder);
                MqttProbe probe = MqttProbe.connect(caravan.port("mqtt")).subscribe("sensors/+/alert")) {
            Files.writeString(alert, Files.readString(alert).replace("high_temp", "edited"));
            await().until(() -> caravan.standardError().contains("reloaded routes/alert-high-temperature.camel.yaml"));
            probe.publish("sensors/d1/temperature", "40");
            probe.awaitMessage("sensors/d1/alert", "{\"type\":\"edited\",\"value\":40}");

            Files.writeString(alert, "- route: [");
            await().until(() -> caravan.standardError().contains("not reloaded"));
            probe.publish("sensors/d2/temperature", "41");
            probe.awaitMessage("sensors/d2/alert", "{\"type\":\"edited\",\"value\":41}");
        }
    }

    @Test
    void testsTheRoutesOfAFolderWithoutRunningThem() throws Exception {
        try (CaravanProcess init = CaravanProcess.launch(folder, "init")) {
            assertThat(init.exitCode()).isZero();
        }
        Path alert = folder.resolve("routes/alert-high-temperature.camel.yaml");
        try (CaravanProcess test = CaravanProcess.launch(folder, "test")) {
            assertThat(test.exitCode()).isZero();
            assertThat(test.standardOutput()).contains("all ok").doesNotContain("FAILED", "without tests");
        }
        Files.writeString(alert, Files.readString(alert).replace("high_temp", "edited"));
        try (CaravanProcess test = CaravanProcess.launch(folder, "test", "--junit", "results.xml")) {
            assertThat(test.exitCode()).isEqualTo(1);
            assertThat(test.standardOutput())
                    .contains("json at $.type", "expected \"high_temp\"", "actual   \"edited\"");
        }
        assertThat(folder.resolve("results.xml")).content().contains("json at $.type");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void endsWithOneLineWhenItCannotStart() throws Exception {
        Files.createDirectories(folder.resolve("routes"));
        Files.writeString(folder.resolve("routes/bad.camel.yaml"), "- route:\n    id: bad\n   from: x\n");
        assertEndsWith("routes/bad.camel.yaml:3:4: ");

        Files.delete(folder.resolve("routes/bad.camel.yaml"));
        assertEndsWith(
                "command line: key 'http.prot': is unknown, the nearest known key is 'http.port'", "--http.prot=1");
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());
            assertEndsWith("key 'mqtt.port': cannot listen on 127.0.0.1:" + port, "--mqtt.port=" + port);
            assertEndsWith(
                    "key 'http.port': cannot listen on 127.0.0.1:" + port, "--mqtt.port=0", "--http.port=" + port);
        }
        Path file = Files.writeString(folder.resolve("file"), "");
        assertEndsWith("key 'data.directory': cannot write to ", "--data.directory=" + file);
        try (CaravanProcess running = CaravanProcess.start(folder)) {
            assertThat(running.isAlive()).isTrue();
            Path other = Files.createDirectories(remoteFolder.resolve("other"));
            try (CaravanProcess second =
                    CaravanProcess.launch(other, "--data.directory=" + folder.resolve("data"), "--mqtt.port=0")) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.standardError()).contains("is in use by another running process");
            }
        }
    }

    private void assertEndsWith(String line, String... arguments) throws Exception {
        try (CaravanProcess process = CaravanProcess.launch(folder, arguments)) {
            assertThat(process.exitCode()).isEqualTo(1);
            assertThat(process.standardOutput()).isEmpty();
            // The JVM itself speaks of Netty's use of Unsafe since Java 24.
            assertThat(process.standardError().lines().filter(l -> !l.startsWith("WARNING: ")))
                    .singleElement()
                    .asString()
                    .contains(line);
        }
    }

    private long rows() throws Exception {
        Path csv = folder.resolve("data/csv/sensor_data.csv");
        return Files.exists(csv) ? Files.readString(csv).lines().count() : 0;
    }
}
