package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.broker.EmbeddedBroker;
import dev.caravan.testkit.FaultProxy;
import dev.caravan.testkit.MqttProbe;
import dev.caravan.testkit.MqttProbe.Received;
import dev.caravan.testkit.TestSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class SimulateCommandIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static List<String> payloads(MqttProbe probe, String topic) {
        return probe.received().stream()
                .filter(message -> message.topic().equals(topic))
                .map(Received::payload)
                .toList();
    }

    private static String[] simulate(int port, String... more) {
        return Stream.concat(Stream.of("simulate", "-h", "127.0.0.1", "-p", String.valueOf(port)), Stream.of(more))
                .toArray(String[]::new);
    }

    @Test
    void publishesReadingsAndStatusOfEveryDevice(@TempDir Path folder) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(TestSettings.in(folder), (topic, payload) -> {});
        int port = broker.port("mqtt").orElseThrow();
        try (MqttProbe probe = MqttProbe.connect(port).subscribe("sensors/#").subscribe("devices/#")) {
            Console console = new Console();
            int code = console.run(
                    simulate(port, "--devices", "2", "--count", "3", "--interval", "10ms", "--seed", "7", "--motion"));

            assertThat(code).as(console.err()).isZero();
            for (String id : List.of("dev-1", "dev-2")) {
                await().atMost(LIMIT)
                        .until(() ->
                                payloads(probe, "devices/" + id + "/status").size() == 2);
                assertThat(payloads(probe, "devices/" + id + "/status")).containsExactly("online", "offline");
                for (String field : List.of("data", "temperature", "humidity", "pressure")) {
                    await().atMost(LIMIT)
                            .until(() -> payloads(probe, "sensors/" + id + "/" + field)
                                            .size()
                                    == 3);
                }
                await().atMost(LIMIT).until(() -> !payloads(probe, "sensors/" + id + "/motion")
                        .isEmpty());
                List<String> data = payloads(probe, "sensors/" + id + "/data");
                JsonNode last = new ObjectMapper().readTree(data.get(2));
                assertThat(last.fieldNames())
                        .toIterable()
                        .containsExactly("timestamp", "device_id", "temperature", "humidity", "pressure");
                assertThat(last.get("device_id").asText()).isEqualTo(id);
                assertThat(Instant.parse(last.get("timestamp").asText())).isBeforeOrEqualTo(Instant.now());
                for (String field : List.of("temperature", "humidity", "pressure")) {
                    assertThat(payloads(probe, "sensors/" + id + "/" + field))
                            .last()
                            .isEqualTo(last.get(field).asText());
                }
                assertThat(payloads(probe, "sensors/" + id + "/motion"))
                        .isNotEmpty()
                        .isSubsetOf("ON", "OFF");
            }
            assertThat(console.err()).contains("devices 2/2", "acknowledged");
        } finally {
            broker.stop();
        }
    }

    @Test
    void keepsTheStatusRetainedForWhoComesLater() throws Exception {
        try (CliBroker broker = new CliBroker()) {
            assertThat(new Console().run(simulate(broker.port(), "--devices", "1", "--count", "1")))
                    .isZero();

            try (MqttProbe late = MqttProbe.connect(broker.port()).subscribe("devices/dev-1/status")) {
                late.awaitMessage("devices/dev-1/status", "offline");
                assertThat(late.received()).allMatch(Received::retained);
            }
        }
    }

    @Test
    void comesBackAfterACutAndIsOnlineAgain() throws Exception {
        try (CliBroker broker = new CliBroker();
                FaultProxy gate = new FaultProxy(broker.port());
                MqttProbe probe =
                        MqttProbe.connect(broker.port()).subscribe("devices/#").subscribe("sensors/+/data")) {
            Console console = new Console();
            CompletableFuture<Integer> code = new CompletableFuture<>();
            Thread thread = new Thread(
                    () -> code.complete(console.run(simulate(gate.port(), "--devices", "1", "--interval", "50ms"))));
            thread.start();
            probe.awaitMessage("devices/dev-1/status", "online");

            gate.refuse().cut();
            probe.awaitMessage("devices/dev-1/status", "offline");
            int before = payloads(probe, "sensors/dev-1/data").size();
            gate.accept();

            await().atMost(LIMIT)
                    .until(() -> payloads(probe, "devices/dev-1/status").size() >= 3);
            await().atMost(LIMIT)
                    .until(() -> payloads(probe, "sensors/dev-1/data").size() > before + 5);
            await().atMost(LIMIT).untilAsserted(() -> assertThat(payloads(probe, "devices/dev-1/status"))
                    .last()
                    .isEqualTo("online"));
            thread.interrupt();
            assertThat(code.get(60, TimeUnit.SECONDS)).isZero();
            await().atMost(LIMIT).untilAsserted(() -> assertThat(payloads(probe, "devices/dev-1/status"))
                    .last()
                    .isEqualTo("offline"));
        }
    }
}
