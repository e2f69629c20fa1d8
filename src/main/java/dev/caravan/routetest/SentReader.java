package dev.caravan.routetest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads an element of {@code send}. */
final class SentReader {

    static final Set<String> KEYS = new LinkedHashSet<>(List.of(
            "topic",
            "request",
            "payload",
            "payload-file",
            "payload-base64",
            "json",
            "qos",
            "retain",
            "user-properties",
            "headers",
            "from"));

    /** What has a meaning for a published message only. */
    private static final List<String> OF_MQTT = List.of("qos", "retain", "user-properties", "from");

    private final YamlDocument document;
    private final PayloadReader payloads;

    SentReader(YamlDocument document, PayloadReader payloads) {
        this.document = document;
        this.payloads = payloads;
    }

    Sent read(Node node) {
        YamlMap map = new YamlMap(document, node, KEYS);
        map.oneOf(List.of("topic", "request"));
        byte[] payload = payload(map);
        if (map.has("topic")) {
            String topic = map.value("topic", "must be a Topic Name", text -> new TopicName(text).value());
            return new Sent.Publish(
                    Objects.requireNonNullElse(topic, ""),
                    payload,
                    Objects.requireNonNullElse(map.qos(), 1),
                    Objects.requireNonNullElse(map.flag("retain"), false),
                    map.texts("user-properties"),
                    isRemote(map),
                    map.scalars("headers"));
        }
        for (String key : OF_MQTT) {
            if (map.has(key)) {
                map.problem(key, "needs 'topic' beside it");
            }
        }
        return map.has("request") ? request(map, payload) : new Sent.Plain(payload, map.scalars("headers"));
    }

    private static boolean isRemote(YamlMap map) {
        String from = map.text("from");
        if (from != null && !from.equals(Arrival.REMOTE)) {
            map.problem("from", "must be remote, was '" + from + "'");
        }
        return from != null;
    }

    private static Sent request(YamlMap map, byte[] payload) {
        String rule = "must be a method and a path such as GET /topics?view=tree";
        Sent.Request read = map.value("request", rule, text -> {
            String[] words = text.split(" ", -1);
            if (words.length != 2 || !words[0].matches("[A-Z]+") || !words[1].startsWith("/")) {
                throw new IllegalArgumentException();
            }
            int mark = words[1].indexOf('?');
            return new Sent.Request(
                    words[0],
                    mark < 0 ? words[1] : words[1].substring(0, mark),
                    mark < 0 ? "" : words[1].substring(mark + 1),
                    payload,
                    map.scalars("headers"));
        });
        return read == null ? new Sent.Plain(payload, map.scalars("headers")) : read;
    }

    private byte[] payload(YamlMap map) {
        map.oneOf(PayloadReader.KEYS);
        JsonNode json = payloads.json(map, "json");
        byte @Nullable [] bytes =
                json == null ? payloads.bytes(map) : json.toString().getBytes(StandardCharsets.UTF_8);
        return bytes == null ? new byte[0] : bytes;
    }
}
