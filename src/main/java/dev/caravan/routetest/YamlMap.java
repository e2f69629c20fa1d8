package dev.caravan.routetest;

import dev.caravan.settings.Spelling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A YAML map. What is wrong in it goes to the document's problems, and reading goes on with what is right, so that all
 * of it is told at once.
 */
final class YamlMap {

    private final YamlDocument document;
    private final Node node;
    private final Map<String, Node> values = new LinkedHashMap<>();

    /** @param known the keys it may have; empty for any */
    YamlMap(YamlDocument document, Node node, Set<String> known) {
        this.document = document;
        this.node = node;
        if (!(node instanceof MappingNode map)) {
            document.problem(node, "must be a map of " + String.join(", ", known) + ", is " + YamlDocument.kind(node));
            return;
        }
        for (NodeTuple entry : map.getValue()) {
            String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
            if (!known.isEmpty() && !known.contains(key)) {
                document.problem(
                        entry.getKeyNode(),
                        "key '" + key + "': is unknown, the nearest known key is '" + Spelling.nearest(key, known)
                                + "'");
            } else {
                values.put(key, entry.getValueNode());
            }
        }
    }

    Node node() {
        return node;
    }

    Set<String> keys() {
        return values.keySet();
    }

    @Nullable
    Node get(String key) {
        return values.get(key);
    }

    boolean has(String key) {
        return values.containsKey(key);
    }

    void problem(String key, String sentence) {
        Node value = values.get(key);
        document.problem(value == null ? node : value, "key '" + key + "': " + sentence);
    }

    /** Of several keys that exclude each other, the one that is given; a problem if there are more. */
    @Nullable
    String oneOf(List<String> keys) {
        List<String> given = keys.stream().filter(this::has).toList();
        if (given.size() > 1) {
            problem(given.get(1), "cannot stand beside '" + given.get(0) + "'");
        }
        return given.isEmpty() ? null : given.get(0);
    }

    /** A scalar as it was written; null where it is absent or none. */
    @Nullable
    String text(String key) {
        Node value = values.get(key);
        if (value == null) {
            return null;
        }
        if (value instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        problem(key, "must be a text, is " + YamlDocument.kind(value));
        return null;
    }

    /**
     * A scalar that a function understands; null where it is absent or wrong.
     *
     * @param rule what it must be, beginning with "must be"
     * @param read throws a RuntimeException for a wrong text
     */
    <T> @Nullable T value(String key, String rule, Function<String, T> read) {
        String text = text(key);
        if (text == null) {
            return null;
        }
        try {
            return read.apply(text);
        } catch (RuntimeException e) {
            problem(key, rule + ", was '" + text + "'");
            return null;
        }
    }

    @Nullable
    Integer qos() {
        return value("qos", "must be 0, 1 or 2", text -> {
            int qos = Integer.parseInt(text);
            return Objects.checkIndex(qos, 3);
        });
    }

    @Nullable
    Boolean flag(String key) {
        return value(key, "must be true or false", text -> switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        });
    }

    /** A map of texts; empty where it is absent. */
    Map<String, String> texts(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        YamlMap map = map(key);
        for (String name : map == null ? Set.<String>of() : map.keys()) {
            String text = map == null ? null : map.text(name);
            if (text != null) {
                texts.put(name, text);
            }
        }
        return texts;
    }

    /** A map of scalars by their YAML type; empty where it is absent. */
    Map<String, Object> scalars(String key) {
        Map<String, Object> scalars = new LinkedHashMap<>();
        YamlMap map = map(key);
        texts(key).forEach((name, text) -> {
            Node value = map == null ? null : map.get(name);
            scalars.put(name, value == null ? text : YamlJson.scalar((ScalarNode) value));
        });
        return scalars;
    }

    private @Nullable YamlMap map(String key) {
        Node value = values.get(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof MappingNode)) {
            problem(key, "must be a map, is " + YamlDocument.kind(value));
            return null;
        }
        return new YamlMap(document, value, Set.of());
    }
}
