package dev.caravan.routetest;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads an element of {@code expect}. */
final class ExpectedReader {

    /** Each says by itself where something goes. */
    private static final List<String> PLACES =
            List.of("to", Arrival.ANSWER, Arrival.DEAD_LETTER, Arrival.LOG, Arrival.ERROR);

    static final Set<String> KEYS = new LinkedHashSet<>(List.of(
            "to",
            "topic",
            "payload",
            "payload-file",
            "payload-base64",
            "json",
            "json-contains",
            "qos",
            "retain",
            "user-properties",
            "headers",
            "csv",
            Arrival.ANSWER,
            Arrival.DEAD_LETTER,
            Arrival.LOG,
            Arrival.ERROR));

    private final YamlDocument document;
    private final PayloadReader payloads;

    ExpectedReader(YamlDocument document, PayloadReader payloads) {
        this.document = document;
        this.payloads = payloads;
    }

    Expected read(Node node) {
        YamlMap map = new YamlMap(document, node, KEYS);
        List<String> contents = new ArrayList<>(PayloadReader.KEYS);
        contents.add("json-contains");
        map.oneOf(contents);
        String place = map.oneOf(PLACES);
        return new Expected(
                YamlDocument.line(node),
                to(map, place),
                map.text("topic"),
                text(map, place),
                map.value(Arrival.ANSWER, "must be an HTTP status from 100 to 599", ExpectedReader::status),
                payloads.bytes(map),
                payloads.json(map, "json"),
                payloads.json(map, "json-contains"),
                map.qos(),
                map.flag("retain"),
                map.scalars("headers"),
                map.texts("user-properties"));
    }

    private String to(YamlMap map, @Nullable String place) {
        if (map.has("csv")) {
            refuse(map, "csv", List.of(Arrival.ANSWER, Arrival.DEAD_LETTER, Arrival.LOG, Arrival.ERROR, "topic"));
            refuse(map, "csv", PayloadReader.KEYS);
        }
        if (place == null) {
            if (!map.has("topic") && !map.has("csv") && map.node() instanceof MappingNode) {
                document.problem(
                        map.node(),
                        "does not say where: 'to', 'topic', 'csv', 'answer', 'dead-letter', 'log' or 'error'");
            }
            return map.has("csv") ? "csv-log:" : "paho-mqtt5:";
        }
        if (!place.equals("to")) {
            return place;
        }
        String to = Objects.requireNonNullElse(map.text("to"), "");
        if (!to.equals(Arrival.REMOTE) && !to.equals(Arrival.LOCAL) && !to.matches("[a-z][a-z0-9+.-]*:.*")) {
            map.problem(
                    "to",
                    "must be an endpoint such as paho-mqtt5:a/b, or remote or local for a bridge, was '" + to + "'");
        }
        return Address.of(to);
    }

    private static void refuse(YamlMap map, String key, List<String> others) {
        for (String other : others) {
            if (map.has(other)) {
                map.problem(other, "cannot stand beside '" + key + "'");
            }
        }
    }

    private static @Nullable String text(YamlMap map, @Nullable String place) {
        boolean isText = Arrival.DEAD_LETTER.equals(place) || Arrival.LOG.equals(place) || Arrival.ERROR.equals(place);
        return isText && place != null ? map.text(place) : map.text("csv");
    }

    private static int status(String text) {
        int status = Integer.parseInt(text);
        if (status < 100 || status > 599) {
            throw new IllegalArgumentException();
        }
        return status;
    }
}
