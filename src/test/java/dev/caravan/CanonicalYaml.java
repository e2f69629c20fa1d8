package dev.caravan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * What keeps a route file from being canonical YAML, the one spelling that all of Camel's tools write and read. Camel's
 * schema for YAML also allows the short ones, such as {@code - log: x} or an expression without {@code expression:}; the
 * rules here are that schema without them, and no query string in a uri.
 */
final class CanonicalYaml {

    private static final String EXPRESSION = "org.apache.camel.model.language.ExpressionDefinition";

    private final JsonNode schema;
    private final List<String> problems = new ArrayList<>();

    private CanonicalYaml() throws IOException {
        try (InputStream in = CanonicalYaml.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            schema = new ObjectMapper().readTree(Objects.requireNonNull(in));
        }
    }

    /** All problems of a text, each with its place; none for canonical YAML. */
    static List<String> problems(String text) throws IOException {
        CanonicalYaml canonical = new CanonicalYaml();
        Object file = new Load(LoadSettings.builder().build()).loadFromString(text);
        canonical.check("", file, canonical.schema);
        return canonical.problems;
    }

    private void check(String place, Object value, JsonNode rule) {
        JsonNode definition = resolve(rule);
        if (value instanceof List<?> list && definition.path("type").asText().equals("array")) {
            for (int i = 0; i < list.size(); i++) {
                check(place + "[" + i + "]", list.get(i), definition.path("items"));
            }
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, child) -> checkProperty(place, String.valueOf(key), child, definition));
        } else if (definition.path("type").asText().matches("array|object") || hasLongForm(definition)) {
            problems.add(place + ": write the long form");
        } else if (place.endsWith("/uri") && String.valueOf(value).contains("?")) {
            problems.add(place + ": options belong under parameters");
        }
    }

    private void checkProperty(String place, String key, Object value, JsonNode definition) {
        JsonNode rule = property(definition, key);
        if (key.equals("from") && !place.contains("/")) {
            problems.add(place + ": write route: before from:");
        }
        if (rule.isMissingNode()) {
            if (!key.equals("parameters") && !place.endsWith("/parameters")) {
                problems.add(place + ": unknown key " + key);
            }
        } else if (!key.equals("expression") && isLanguage(key) && wrapsExpression(definition)) {
            problems.add(place + ": write expression: before " + key + ":");
        } else {
            check(place + "/" + key, value, rule);
        }
    }

    private boolean wrapsExpression(JsonNode definition) {
        return property(definition, "expression").path("$ref").asText().endsWith(EXPRESSION);
    }

    private boolean isLanguage(String key) {
        return !property(schema.path("items").path("definitions").path(EXPRESSION), key)
                .isMissingNode();
    }

    private static boolean hasLongForm(JsonNode definition) {
        for (JsonNode alternative : definition.path("oneOf")) {
            if (alternative.path("type").asText().equals("object")) {
                return true;
            }
        }
        return false;
    }

    /** The rule of a key: where several spellings are allowed it stands in one of the alternatives. */
    private static JsonNode property(JsonNode definition, String key) {
        JsonNode direct = definition.path("properties").path(key);
        if (!direct.isMissingNode() && !direct.isEmpty()) {
            return direct;
        }
        for (String alternatives : new String[] {"oneOf", "anyOf", "allOf"}) {
            for (JsonNode alternative : definition.path(alternatives)) {
                JsonNode found = property(alternative, key);
                if (!found.isMissingNode() && !found.isEmpty()) {
                    return found;
                }
            }
        }
        return direct;
    }

    private JsonNode resolve(JsonNode rule) {
        String reference = rule.path("$ref").asText();
        return reference.isEmpty()
                ? rule
                : schema.path("items").path("definitions").path(reference.substring(reference.lastIndexOf('/') + 1));
    }
}
