package dev.caravan.bridge;

import dev.caravan.bridge.TopicLine.Direction;
import dev.caravan.bridge.TopicLine.Options;
import dev.caravan.bridge.TopicLine.Retain;
import dev.caravan.settings.Spelling;
import dev.caravan.topic.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads one topic line that stands as a map: a line of Mosquitto's with options, or {@code from} and {@code to}. */
final class TopicLineMap {

    private static final List<String> KEYS = List.of("topic", "from", "to", "direction", "qos", "exclude", "retain");
    private static final Set<String> STAND_IN_THE_LINE = Set.of("from", "to", "direction", "qos");

    private final int number;
    private final Map<String, Node> values = new LinkedHashMap<>();

    TopicLineMap(MappingNode map) {
        number = TopicLineList.line(map);
        for (NodeTuple entry : map.getValue()) {
            Node key = entry.getKeyNode();
            String name = key instanceof ScalarNode scalar ? scalar.getValue() : "?";
            if (!KEYS.contains(name)) {
                throw refused(key, name, "is unknown, the nearest known key is '" + Spelling.nearest(name, KEYS) + "'");
            }
            if (values.put(name, entry.getValueNode()) != null) {
                throw refused(key, name, "is given twice");
            }
        }
    }

    TopicLine parse() {
        Node topic = values.get("topic");
        return topic == null ? parseCaptures() : parseTopic(topic);
    }

    private TopicLine parseTopic(Node topic) {
        values.forEach((name, value) -> {
            if (STAND_IN_THE_LINE.contains(name)) {
                throw refused(value, name, "cannot stand beside 'topic', whose line says it");
            }
        });
        return MosquittoLine.parse(TopicLineList.line(topic), text("topic", topic), retain(), excludes());
    }

    private TopicLine parseCaptures() {
        Node from = needed("from");
        Node to = needed("to");
        TopicFilter source = filter("from", from);
        CaptureRewrite rewrite;
        try {
            rewrite = new CaptureRewrite(source, text("to", to));
        } catch (IllegalArgumentException e) {
            throw refused(to, "to", String.valueOf(e.getMessage()));
        }
        Options options = new Options(direction(), qos(), retain(), excludes());
        String shown = source + " -> " + text("to", to) + " "
                + options.direction().name().toLowerCase(Locale.ROOT) + " " + options.qos();
        return TopicLine.ofCaptures(number, shown, options, rewrite);
    }

    private Direction direction() {
        Node value = values.get("direction");
        if (value == null) {
            return Direction.OUT;
        }
        Direction direction = MosquittoLine.direction(text("direction", value));
        if (direction == Direction.BOTH) {
            throw refused(value, "direction", "must be in or out: 'to' cannot be turned round, write one map for each");
        }
        if (direction == null) {
            throw refused(value, "direction", "must be in or out, was '" + text("direction", value) + "'");
        }
        return direction;
    }

    private int qos() {
        Node value = values.get("qos");
        int qos = value == null ? 0 : MosquittoLine.qos(text("qos", value));
        if (value != null && qos < 0) {
            throw refused(value, "qos", "must be 0, 1 or 2, was '" + text("qos", value) + "'");
        }
        return qos;
    }

    private Retain retain() {
        Node value = values.get("retain");
        String word = value == null ? "keep" : text("retain", value);
        return switch (word) {
            case "keep" -> Retain.KEEP;
            case "strip" -> Retain.STRIP;
            default -> throw refused(value, "retain", "must be keep or strip, was '" + word + "'");
        };
    }

    private List<TopicFilter> excludes() {
        Node value = values.get("exclude");
        if (value == null) {
            return List.of();
        }
        List<Node> items = value instanceof SequenceNode list ? list.getValue() : List.of(value);
        List<TopicFilter> filters = new ArrayList<>();
        for (Node item : items) {
            filters.add(filter("exclude", item));
        }
        return filters;
    }

    private TopicFilter filter(String key, Node value) {
        String text = text(key, value);
        if (text.startsWith("$share/")) {
            throw refused(value, key, "a shared subscription cannot be bridged");
        }
        try {
            return new TopicFilter(text);
        } catch (IllegalArgumentException e) {
            throw refused(value, key, e.getMessage() + ", was '" + text + "'");
        }
    }

    private Node needed(String key) {
        Node value = values.get(key);
        if (value == null) {
            throw new TopicLineException(number, "key '" + key + "': is needed, or else 'topic'");
        }
        return value;
    }

    private String text(String key, Node value) {
        if (value instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw refused(value, key, "must be a text");
    }

    private TopicLineException refused(@Nullable Node where, String key, String rule) {
        return new TopicLineException(where == null ? number : TopicLineList.line(where), "key '" + key + "': " + rule);
    }
}
