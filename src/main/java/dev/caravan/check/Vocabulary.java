package dev.caravan.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The keys of Camel's YAML, from the schema that camel-yaml-dsl brings. Asked only when Camel's reader has refused an
 * item: the reader stops at the first mistake and has no suggestions; here all are found. The reader stays the judge, as
 * it knows older spellings too.
 */
final class Vocabulary {

    private static final String SCHEMA = "/schema/camelYamlDsl.json";

    private final JsonNode definitions;
    private final JsonNode item;

    private Vocabulary(JsonNode schema) {
        this.item = schema.path("items");
        this.definitions = item.path("definitions");
    }

    /** Takes some 100 ms. */
    static Vocabulary read() {
        try (InputStream in = org.apache.camel.dsl.yaml.YamlRoutesBuilderLoader.class.getResourceAsStream(SCHEMA)) {
            return new Vocabulary(new ObjectMapper().readTree(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param node what is wrong: a key that is not known, or a value that has the wrong form */
    record Finding(Problem problem, Node node) {}

    /** Everything in an item that the schema does not know or that has the wrong form. */
    List<Finding> findings(RouteFile file, Item asked) {
        List<Finding> found = new ArrayList<>();
        walk(file, asked.node(), List.of(item), "", found);
        return found;
    }

    /** The names of the steps. */
    Set<String> steps() {
        return keys(List.of(definitions.path("org.apache.camel.model.ProcessorDefinition")))
                .keySet();
    }

    private void walk(RouteFile file, Node node, List<JsonNode> schemas, String key, List<Finding> found) {
        List<JsonNode> variants =
                schemas.stream().flatMap(s -> variants(s).stream()).toList();
        if (node instanceof MappingNode mapping) {
            walkMapping(file, mapping, variants, key, found);
        } else if (node instanceof SequenceNode sequence) {
            List<JsonNode> items = variants.stream()
                    .map(v -> v.path("items"))
                    .filter(JsonNode::isObject)
                    .toList();
            if (items.isEmpty() && isTyped(variants)) {
                found.add(wrongForm(file, node, key, variants, "a list"));
            }
            if (!items.isEmpty()) {
                sequence.getValue().forEach(child -> walk(file, child, items, key, found));
            }
        } else if (isTyped(variants) && !allows(variants, node)) {
            found.add(wrongScalar(file, node, key, variants));
        }
    }

    private void walkMapping(
            RouteFile file, MappingNode mapping, List<JsonNode> variants, String key, List<Finding> found) {
        Map<String, List<JsonNode>> known = keys(variants);
        boolean isOpen =
                variants.stream().anyMatch(v -> v.path("type").asText().equals("object") && !v.has("properties"));
        if (known.isEmpty()) {
            if (!isOpen && isTyped(variants)) {
                found.add(wrongForm(file, mapping, key, variants, "a map"));
            }
            return;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            String name = Nodes.key(tuple);
            List<JsonNode> below =
                    known.get(key.isEmpty() || isStep(key, known.keySet()) ? name : Nodes.camelCase(name));
            if (below != null) {
                walk(file, tuple.getValueNode(), below, name, found);
            } else if (!isOpen) {
                Problem unknown = Problem.at(
                        file,
                        Nodes.mark(tuple.getKeyNode()),
                        describe(name, key, known.keySet()),
                        Suggestion.of(name, known.keySet()));
                found.add(new Finding(unknown, tuple.getKeyNode()));
            }
        }
    }

    /** Camel knows items and steps in one spelling only, all other keys with dashes too. */
    private boolean isStep(String parent, Set<String> known) {
        return parent.equals("steps") || known.equals(steps());
    }

    private String describe(String name, String parent, Set<String> known) {
        if (isStep(parent, known)) {
            return "unknown step '" + name + "'";
        }
        return parent.isEmpty() ? "unknown item '" + name + "'" : "unknown key '" + name + "' in '" + parent + "'";
    }

    /** Where a map is needed, with an example of one. */
    private static Finding wrongScalar(RouteFile file, Node node, String key, List<JsonNode> variants) {
        String text = Nodes.text(node);
        Set<String> keys = keys(variants).keySet();
        if (keys.isEmpty()) {
            return wrongForm(file, node, key, variants, "'" + text + "'");
        }
        String value = text.isEmpty() ? "..." : '"' + text + '"';
        String map = "";
        if (keys.contains(text)) {
            map = text + ": {}";
        } else if (keys.contains("constant")) {
            map = keys.contains("name")
                    ? "name: " + value + ", constant: ..."
                    : text.isEmpty() ? "simple: ..." : "constant: " + value;
        } else if (keys.contains("uri")) {
            map = "uri: " + value;
        }
        return new Finding(
                Problem.at(
                        file,
                        Nodes.mark(node),
                        text.isEmpty() ? "'" + key + "' is empty" : "'" + key + "' cannot be '" + text + "'",
                        "it must be a map of keys, for example '" + key + ": {" + map + "}'"),
                node);
    }

    private static Finding wrongForm(RouteFile file, Node node, String key, List<JsonNode> variants, String given) {
        Set<String> forms = new LinkedHashSet<>();
        for (JsonNode variant : variants) {
            switch (variant.path("type").asText()) {
                case "object" -> forms.add("a map of keys");
                case "array" -> forms.add("a list of '- '");
                case "number", "integer" -> forms.add("a number");
                case "boolean" -> forms.add("true or false");
                case "string" -> forms.add(variant.has("enum") ? "one of " + words(variant.path("enum")) : "a text");
                default -> {}
            }
        }
        return new Finding(
                Problem.at(
                        file,
                        Nodes.mark(node),
                        "'" + key + "' cannot be " + given,
                        "it must be " + String.join(" or ", forms)),
                node);
    }

    private static String words(JsonNode list) {
        List<String> words = new ArrayList<>();
        list.forEach(word -> words.add(word.asText()));
        return String.join(", ", words);
    }

    private static boolean isTyped(List<JsonNode> variants) {
        return !variants.isEmpty() && variants.stream().allMatch(v -> v.has("type"));
    }

    private static boolean allows(List<JsonNode> variants, Node scalar) {
        String text = Nodes.text(scalar);
        if (text.contains("{{") || !(scalar instanceof ScalarNode)) {
            return true;
        }
        for (JsonNode variant : variants) {
            boolean fits =
                    switch (variant.path("type").asText()) {
                        case "string" ->
                            !variant.has("enum") || words(variant.path("enum")).contains(text);
                        case "number", "integer" -> text.matches("-?[0-9.]+");
                        case "boolean" -> text.equals("true") || text.equals("false");
                        // An empty step too, such as '- stop:'.
                        default -> false;
                    };
            if (fits) {
                return true;
            }
        }
        return false;
    }

    /** The keys that any of the variants has, with what may stand below each. */
    private static Map<String, List<JsonNode>> keys(List<JsonNode> variants) {
        Map<String, List<JsonNode>> keys = new LinkedHashMap<>();
        for (JsonNode variant : variants) {
            variant.path("properties").fields().forEachRemaining(property -> {
                if (!property.getValue().isEmpty()) {
                    keys.computeIfAbsent(property.getKey(), k -> new ArrayList<>())
                            .add(property.getValue());
                }
            });
        }
        return keys;
    }

    /** A schema with what it refers to, and each of its alternatives. */
    private List<JsonNode> variants(@Nullable JsonNode schema) {
        List<JsonNode> variants = new ArrayList<>();
        if (schema == null || !schema.isObject()) {
            return variants;
        }
        String reference = schema.path("$ref").asText();
        if (!reference.isEmpty()) {
            return variants(definitions.path(reference.substring(reference.lastIndexOf('/') + 1)));
        }
        for (String several : List.of("oneOf", "anyOf", "allOf")) {
            schema.path(several).forEach(alternative -> variants.addAll(variants(alternative)));
        }
        if (schema.has("properties") || variants.isEmpty()) {
            variants.add(schema);
        }
        // "not" and "required" alone say nothing about keys.
        variants.removeIf(v -> !v.has("type") && !v.has("properties"));
        return variants;
    }
}
