package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.testkit.CaravanProcess;
import dev.caravan.testkit.Http;
import dev.caravan.testkit.MqttProbe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a device sends, the stream goes on, and what could not be processed is kept with its reason. */
class BadPayloadsIT {

    /** More than a route has in work at a time: one message that never ends would stop these. */
    private static final int GOOD = 150;

    private static final List<byte[]> NOT_JSON = List.of(
            bytes(""),
            bytes("   "),
            bytes("no json"),
            bytes("{"),
            bytes("{\"temperature\":NaN}"),
            bytes("{\"temperature\":Infinity}"),
            bytes("{\"temperature\":1} and more"),
            bytes("{\"temperature\":1,\"temperature\":2}"),
            bytes("{'temperature':1}"),
            bytes("[".repeat(100_000)),
            bytes("\"\\ud800\""),
            new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0x80},
            new byte[] {'"', (byte) 0xc3, '"'},
            // Jackson takes these for UTF-32 and fails outside its own exceptions.
            new byte[] {0, 0, (byte) 0xff, (byte) 0xfe, 1, 2, 3, 4},
            new byte[1_000_000]);

    private static final List<byte[]> NO_OBJECT = List.of(bytes("1"), bytes("\"text\""), bytes("[1,2]"), bytes("true"));
    private static final List<byte[]> NO_NUMBER =
            List.of(bytes("\"36.9\""), bytes("true"), bytes("{\"a\":1}"), bytes("[36.9]"), bytes("hot"));

    @TempDir
    Path folder;

    @Test
    void goOnAndKeepWhatCouldNotBeProcessed() throws Exception {
        try (CaravanProcess caravan = CaravanProcess.start(folder);
                MqttProbe probe = MqttProbe.connect(caravan.port("mqtt")).subscribe("sensors/+/alert")) {
            List<byte[]> data = join(NOT_JSON, NO_OBJECT);
            List<byte[]> temperature = join(NOT_JSON, NO_NUMBER);
            data.forEach(payload -> probe.publish("sensors/bad/data", payload, false));
            temperature.forEach(payload -> probe.publish("sensors/bad\u001b[31m/temperature", payload, false));
            probe.publish("sensors/odd/data", "{\"pressure\":{\"v\":[1]},\"more\":1,\"temperature\":null}");
            IntStream.range(0, GOOD).forEach(i -> {
                probe.publish("sensors/good/data", "{\"temperature\":" + i + "}");
                probe.publish("sensors/good/temperature", i % 2 == 0 ? "35.0" : "35.1");
            });

            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                List<String> rows = Files.readAllLines(folder.resolve("data/csv/sensor_data.csv"));
                assertThat(rows).hasSize(1 + 1 + GOOD).allSatisfy(row -> assertThat(row)
                        .contains(","));
                assertThat(rows.get(1)).endsWith(",odd,,,\"{\"\"v\"\":[1]}\"");
                assertThat(rows.get(1 + GOOD)).endsWith(",good," + (GOOD - 1) + ",,");
                assertThat(probe.received()).hasSize(GOOD / 2);
            });
            assertThat(probe.received()).allSatisfy(alert -> assertThat(alert.payload())
                    .isEqualTo("{\"type\":\"high_temp\",\"value\":35.1}"));
            assertKept("csv-log-readings", data);
            assertKept("alert-high-temperature", temperature);
            // A row is in the file a moment before it is counted.
            await().untilAsserted(() -> assertCounted(caravan, data.size(), temperature.size()));
            assertThat(caravan.standardError())
                    .contains("topic=\"sensors/bad/data\"", "reason=\"payload is not a JSON object\"")
                    .doesNotContain("\u001b", "\tat ");
        }
    }

    private void assertKept(String route, List<byte[]> payloads) throws Exception {
        List<String> lines = Files.readAllLines(folder.resolve("data/dead-letter/" + route + ".ndjson"));
        assertThat(lines).hasSameSizeAs(payloads);
        ObjectMapper json = new ObjectMapper();
        for (int i = 0; i < lines.size(); i++) {
            JsonNode line = json.readTree(lines.get(i));
            byte[] kept = line.has("payload_encoding")
                    ? line.get("payload").binaryValue()
                    : bytes(line.get("payload").textValue());
            assertThat(kept).as("payload %d", i).isEqualTo(payloads.get(i));
            assertThat(line.get("reason").textValue()).isNotBlank();
        }
    }

    /** Each of them, by its reason. */
    private static void assertCounted(CaravanProcess caravan, int data, int temperature) throws Exception {
        JsonNode status = new ObjectMapper()
                .readTree(new Http(caravan.port("http")).get("/status").body());
        assertThat(status.path("csv_rows").asInt()).isEqualTo(1 + GOOD);
        // Half a surrogate pair is a JSON text all the same.
        int noObject = NO_OBJECT.size() + 1;
        assertThat(status.path("csv_rejected_by_reason").toString())
                .isEqualTo("{\"payload is not a JSON object\":" + noObject + "}");
        assertThat(status.path("dead_letters").asInt()).isEqualTo(data + temperature);
        JsonNode reasons = status.path("dead_letters_by_reason").path("csv-log-readings");
        assertThat(sum(reasons)).isEqualTo(data);
        assertThat(reasons.path("JsonParseException: Duplicate field").asInt()).isEqualTo(1);
        assertThat(reasons.path("JsonParseException: Non-standard token").asInt())
                .as("NaN and Infinity in %s", reasons)
                .isEqualTo(2);
        assertThat(reasons.path("RowException: payload is not a JSON object").asInt())
                .isEqualTo(noObject);
        assertThat(sum(status.path("dead_letters_by_reason").path("alert-high-temperature")))
                .isEqualTo(temperature);
    }

    private static int sum(JsonNode counts) {
        return StreamSupport.stream(counts.spliterator(), false)
                .mapToInt(JsonNode::asInt)
                .sum();
    }

    private static List<byte[]> join(List<byte[]> first, List<byte[]> second) {
        List<byte[]> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
