package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.http.HttpFixture.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a script sees that publishes, reads and clears over HTTP. */
class PubSubIT {

    private HttpFixture http;

    @BeforeEach
    void start() throws Exception {
        http = new HttpFixture();
    }

    @AfterEach
    void stop() {
        http.close();
    }

    @Test
    void whatIsPublishedIsThereToRead() throws Exception {
        Answer published = http.publish("{\"topic\":\"a/b\",\"payload\":\"hällo\",\"publisher\":\"me\"}");

        assertThat(published.status).isEqualTo(200);
        assertThat(published.headers).containsEntry("content-type", "application/json");
        assertThat(names(published.json())).containsExactly("success", "topic", "timestamp");
        assertThat(published.json().get("success").booleanValue()).isTrue();
        assertThat(published.json().get("topic").textValue()).isEqualTo("a/b");
        assertThat(published.body).containsPattern("\"timestamp\":\\d{10}\\.\\d{6}}");

        Answer read = http.subscribe("a/b");
        assertThat(read.status).isEqualTo(200);
        assertThat(names(read.json())).containsExactly("topic", "count", "messages");
        assertThat(read.json().get("topic").textValue()).isEqualTo("a/b");
        assertThat(read.json().get("count").intValue()).isEqualTo(1);
        JsonNode message = read.json().get("messages").get(0);
        assertThat(names(message)).containsExactly("payload", "timestamp", "publisher");
        assertThat(message.get("payload").textValue()).isEqualTo("hällo");
        assertThat(message.get("publisher").textValue()).isEqualTo("me");
        assertThat(message.get("timestamp")).isEqualTo(published.json().get("timestamp"));
        assertThat(read.body).doesNotContain("caravan-id");
    }

    @Test
    void publishesWithTheAskedQosAndRetain() throws Exception {
        http.publish("{\"topic\":\"a\",\"payload\":\"1\"}");
        http.publish("{\"topic\":\"a\",\"payload\":\"2\",\"qos\":2,\"retain\":true,\"publisher\":\"p\"}");
        http.publish(
                "{\"topic\":\"a\",\"payload\":\"3\",\"qos\":null,\"retain\":null,\"publisher\":null,\"more\":[1]}");

        assertThat(http.mqtt.sent)
                .extracting(s -> s.headers().get("CamelPahoMqtt5Qos"))
                .containsExactly(1, 2, 1);
        assertThat(http.mqtt.sent)
                .extracting(s -> s.headers().get("CamelPahoMqtt5Retained"))
                .containsExactly(false, true, false);
        assertThat(http.mqtt.sent)
                .extracting(s -> s.userProperties().get(0))
                .containsExactly(
                        Map.entry("publisher", "anonymous"),
                        Map.entry("publisher", "p"),
                        Map.entry("publisher", "anonymous"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": [1, 2.50, {\"b\": null}]}",
                "[]",
                "0",
                "-0.0",
                "1.10",
                "1e400",
                "123456789012345678901234567890.123456789012345678901234567890",
                "true",
                "false",
                "\"text\"",
                "\"\"",
                "\"{\\\"not\\\":\\\"parsed\\\"}\"",
                "\"line\\nbreak \\u0000 \\u2028 \\ud83d\\ude00\""
            })
    void aJsonValueComesBackAsItWas(String value) throws Exception {
        assertThat(http.publish("{\"payload\":" + value + ",\"topic\":\"a\"}").status)
                .isEqualTo(200);

        Answer read = http.subscribe("a");

        if (value.startsWith("\"")) {
            assertThat(read.json().get("messages").get(0).get("payload")).isEqualTo(new ObjectMapper().readTree(value));
            assertThat(http.mqtt.sent.get(0).headers()).doesNotContainKey("CamelMqttContentType");
        } else {
            assertThat(read.body).contains("\"payload\":" + value + ",\"timestamp\"");
            assertThat(new String(http.mqtt.sent.get(0).body(), StandardCharsets.UTF_8))
                    .isEqualTo(value);
            assertThat(http.mqtt.sent.get(0).headers()).containsEntry("CamelMqttContentType", "application/json");
        }
    }

    @Test
    void showsWhatMqttClientsPublish() throws Exception {
        http.mqtt.publish("m/1", "21.5".getBytes(StandardCharsets.UTF_8), false, null, Map.of());
        http.mqtt.publish("m/2", new byte[] {(byte) 0xff, 0}, false, null, Map.of("publisher", "device-7"));
        http.mqtt.publish(
                "m/3",
                "{\"x\":1}".getBytes(StandardCharsets.UTF_8),
                false,
                "Application/JSON; charset=utf-8",
                Map.of());
        http.mqtt.publish("m/4", "1},\"x\":{".getBytes(StandardCharsets.UTF_8), false, "application/json", Map.of());

        JsonNode messages = http.subscribe("m/+").json().get("messages");

        assertThat(names(messages.get(0))).containsExactly("topic", "payload", "timestamp", "publisher");
        assertThat(messages.get(0).get("topic").textValue()).isEqualTo("m/1");
        assertThat(messages.get(0).get("payload").textValue()).isEqualTo("21.5");
        assertThat(messages.get(0).get("publisher").textValue()).isEqualTo("anonymous");
        assertThat(messages.get(1).get("payload").textValue()).isEqualTo("/wA=");
        assertThat(messages.get(1).get("payload_encoding").textValue()).isEqualTo("base64");
        assertThat(messages.get(1).get("publisher").textValue()).isEqualTo("device-7");
        assertThat(messages.get(2).get("payload").get("x").intValue()).isEqualTo(1);
        assertThat(messages.get(3).get("payload").textValue())
                .as("text that only claims to be JSON")
                .isEqualTo("1},\"x\":{");
    }

    @Test
    void pollsWithTheTimestampOfTheLastMessage() throws Exception {
        String since = "0";
        for (int i = 0; i < 20; i++) {
            http.publish("{\"topic\":\"poll\",\"payload\":" + i + "}");
            JsonNode read = http.get("/subscribe?topic=poll&since=" + since).json();
            assertThat(read.get("count").intValue()).isEqualTo(1);
            JsonNode message = read.get("messages").get(0);
            assertThat(message.get("payload").intValue()).isEqualTo(i);
            // As a client would that keeps the number in a double and prints it again.
            since = String.valueOf(new java.math.BigDecimal(
                            Double.toString(message.get("timestamp").doubleValue()))
                    .toPlainString());
        }
        assertThat(http.get("/subscribe?topic=poll&since=" + since)
                        .json()
                        .get("count")
                        .intValue())
                .isZero();
        assertThat(http.get("/subscribe?topic=poll").json().get("count").intValue())
                .isEqualTo(20);
        assertThat(http.get("/subscribe?topic=poll&since=2026-01-01T00:00:00Z")
                        .json()
                        .get("count")
                        .intValue())
                .isEqualTo(20);
    }

    @Test
    void keepsTheLastHundredMessagesOfATopic() throws Exception {
        for (int i = 0; i < 105; i++) {
            http.mqtt.publish("many", String.valueOf(i).getBytes(StandardCharsets.UTF_8), false, null, Map.of());
        }
        JsonNode read = http.subscribe("many").json();

        assertThat(read.get("count").intValue()).isEqualTo(100);
        assertThat(read.get("messages").get(0).get("payload").textValue()).isEqualTo("5");
        assertThat(read.get("messages").get(99).get("payload").textValue()).isEqualTo("104");
    }

    @Test
    void readsOnInPages() throws Exception {
        for (int i = 0; i < 5; i++) {
            http.mqtt.publish("page/" + i, "x".getBytes(StandardCharsets.UTF_8), false, null, Map.of());
        }
        JsonNode first = http.get("/subscribe?topic=page/%23&limit=3").json();
        String since = first.get("messages").get(2).get("timestamp").asText();
        JsonNode rest =
                http.get("/subscribe?topic=page/%23&limit=3&since=" + since).json();

        assertThat(first.get("count").intValue()).isEqualTo(3);
        assertThat(first.get("truncated").booleanValue()).isTrue();
        assertThat(rest.get("messages").get(0).get("topic").textValue()).isEqualTo("page/3");
        assertThat(rest.get("count").intValue()).isEqualTo(2);
        assertThat(rest.has("truncated")).isFalse();
    }

    @Test
    void anUnknownTopicHasNoMessages() throws Exception {
        assertThat(http.subscribe("never/seen").body)
                .isEqualTo("{\"topic\":\"never/seen\",\"count\":0,\"messages\":[]}");
    }

    @Test
    void clearsATopicOnce() throws Exception {
        http.publish("{\"topic\":\"a/ü\",\"payload\":\"1\"}");
        http.publish("{\"topic\":\"a/ü\",\"payload\":\"2\"}");

        Answer first = http.method("DELETE", "/clear?topic=a/%C3%BC");
        Answer second = http.method("DELETE", "/clear?topic=a/%C3%BC");

        assertThat(first.status).isEqualTo(200);
        assertThat(first.body).isEqualTo("{\"success\":true,\"topic\":\"a/ü\",\"cleared\":2}");
        assertThat(second.status).isEqualTo(404);
        assertThat(second.body).isEqualTo("{\"success\":false,\"error\":\"Topic not found\"}");
        assertThat(http.subscribe("a/ü").json().get("count").intValue()).isZero();
    }

    @Test
    void listsTopics() throws Exception {
        http.publish("{\"topic\":\"b/x\",\"payload\":1}");
        http.publish("{\"topic\":\"b/x\",\"payload\":{\"v\":2}}");
        http.mqtt.publish("a", "on".getBytes(StandardCharsets.UTF_8), true, null, Map.of());

        JsonNode list = http.get("/topics").json();

        assertThat(list.get("count").intValue()).isEqualTo(2);
        JsonNode a = list.get("topics").get(0);
        JsonNode bx = list.get("topics").get(1);
        assertThat(names(a)).containsExactly("topic", "count", "last", "retained");
        assertThat(a.get("topic").textValue()).isEqualTo("a");
        assertThat(a.get("retained").get("payload").textValue()).isEqualTo("on");
        assertThat(bx.get("count").intValue()).isEqualTo(2);
        assertThat(names(bx.get("last"))).containsExactly("payload", "timestamp", "publisher");
        assertThat(bx.get("last").get("payload").get("v").intValue()).isEqualTo(2);
        assertThat(bx.get("retained").isNull()).isTrue();
    }

    @Test
    void listsATopicThatHasARetainedValueOnly() throws Exception {
        http.store.retained("lamp", "on".getBytes(StandardCharsets.UTF_8));

        String topic = "\"count\":0,\"last\":null,\"retained\":{\"payload\":\"on\"}";
        assertThat(http.get("/topics").body).isEqualTo("{\"count\":1,\"topics\":[{\"topic\":\"lamp\"," + topic + "}]}");
        assertThat(http.get("/topics?view=tree").body).contains(topic);
    }

    @Test
    void listsTopicsAsATree() throws Exception {
        http.publish("{\"topic\":\"b/x/y\",\"payload\":1}");
        http.publish("{\"topic\":\"b\",\"payload\":2}");
        http.publish("{\"topic\":\"" + "/".repeat(5_000) + "\",\"payload\":3}");

        JsonNode tree = http.get("/topics?view=tree").json();

        JsonNode b = StreamSupport.stream(tree.get("topics").spliterator(), false)
                .filter(n -> n.get("name").textValue().equals("b"))
                .findFirst()
                .orElseThrow();
        assertThat(b.get("count").intValue()).isEqualTo(1);
        JsonNode x = b.get("children").get(0);
        assertThat(x.get("name").textValue()).isEqualTo("x");
        assertThat(x.get("topic").textValue()).isEqualTo("b/x");
        assertThat(x.has("count")).isFalse();
        assertThat(x.get("children").get(0).get("topic").textValue()).isEqualTo("b/x/y");
    }

    @Test
    void tellsItsStatus() throws Exception {
        http.publish("{\"topic\":\"a\",\"payload\":1}");

        JsonNode status = http.get("/status").json();

        assertThat(status.get("version").textValue()).isEqualTo("1.2.3");
        assertThat(status.get("uptime").intValue()).isBetween(0, 60);
        assertThat(status.get("mqtt").get("port").intValue()).isEqualTo(1883);
        assertThat(status.get("topics").intValue()).isEqualTo(1);
        assertThat(status.get("messages").intValue()).isEqualTo(1);
    }

    @Test
    void saysThatTheBrokerIsAway() throws Exception {
        http.mqtt.reachable = false;

        Answer answer = http.publish("{\"topic\":\"a\",\"payload\":1}");

        assertThat(answer.status).isEqualTo(503);
        assertThat(answer.error()).contains("MQTT broker").doesNotContain("secret");
        assertThat(http.subscribe("a").json().get("count").intValue()).isZero();
    }

    @Test
    void answersWhereTheHistoryDoesNotTakeTheTopic() throws Exception {
        http.mqtt.delivers = topic -> false;

        Answer answer = http.publish("{\"topic\":\"a\",\"payload\":1}");

        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.body).containsPattern("\"timestamp\":\\d{10}\\.\\d{6}}");
    }

    @Test
    void topicsOutsideTheHistoryDelayNobody() throws Exception {
        http.mqtt.delivers = topic -> topic.startsWith("sensors/");
        http.publish("{\"topic\":\"sensors/warm-up\",\"payload\":1}");
        ExecutorService clients = Executors.newFixedThreadPool(20);
        try {
            // They wait for a second, which a busy machine may lose: some other second will do.
            await().until(() -> isAnsweredWhileOthersWait(clients));
        } finally {
            clients.shutdownNow();
        }
    }

    private boolean isAnsweredWhileOthersWait(ExecutorService clients) throws Exception {
        int before = http.mqtt.sent.size();
        long start = System.nanoTime();
        List<Future<Answer>> outside = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            String body = "{\"topic\":\"other/" + i + "\",\"payload\":1}";
            outside.add(clients.submit(() -> http.publish(body)));
        }
        await().until(() -> http.mqtt.sent.size() == before + outside.size());

        Answer inside = http.publish("{\"topic\":\"sensors/a\",\"payload\":1}");

        assertThat(inside.status).isEqualTo(200);
        boolean stillWaiting = outside.stream().anyMatch(answer -> !answer.isDone());
        for (Future<Answer> answer : outside) {
            assertThat(answer.get(60, TimeUnit.SECONDS).status).isEqualTo(200);
        }
        boolean waitTogether = Duration.ofNanos(System.nanoTime() - start).compareTo(Duration.ofSeconds(5)) < 0;
        return stillWaiting && waitTogether;
    }

    private static List<String> names(JsonNode object) {
        Iterable<String> names = object::fieldNames;
        return StreamSupport.stream(names.spliterator(), false).toList();
    }
}
