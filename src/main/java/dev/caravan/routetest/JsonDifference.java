package dev.caravan.routetest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/**
 * The first place where two JSON values differ. Numbers compare by value, the order of an object's fields does not count.
 *
 * @param path as JSONPath, {@code $} for the whole
 */
record JsonDifference(String path, String expected, String actual) {

    private static final String ABSENT = "(absent)";

    /** @param partly whether objects may have fields that are not expected */
    static Optional<JsonDifference> between(JsonNode expected, JsonNode actual, boolean partly) {
        return find("$", expected, actual, partly);
    }

    private static Optional<JsonDifference> find(String path, JsonNode expected, JsonNode actual, boolean partly) {
        if (expected.isObject() && actual.isObject()) {
            return inObjects(path, expected, actual, partly);
        }
        if (expected.isArray() && actual.isArray()) {
            return inArrays(path, expected, actual, partly);
        }
        boolean same = expected.isNumber() && actual.isNumber()
                ? expected.decimalValue().compareTo(actual.decimalValue()) == 0
                : expected.equals(actual);
        return same ? Optional.empty() : differ(path, text(expected), text(actual));
    }

    private static Optional<JsonDifference> inObjects(String path, JsonNode expected, JsonNode actual, boolean partly) {
        for (Iterator<Map.Entry<String, JsonNode>> fields = expected.fields(); fields.hasNext(); ) {
            Map.Entry<String, JsonNode> field = fields.next();
            JsonNode other = actual.get(field.getKey());
            String at = path + "." + field.getKey();
            Optional<JsonDifference> difference = other == null
                    ? differ(at, text(field.getValue()), ABSENT)
                    : find(at, field.getValue(), other, partly);
            if (difference.isPresent()) {
                return difference;
            }
        }
        for (Iterator<String> names = actual.fieldNames(); !partly && names.hasNext(); ) {
            String name = names.next();
            if (!expected.has(name)) {
                return differ(path + "." + name, ABSENT, text(actual.get(name)));
            }
        }
        return Optional.empty();
    }

    private static Optional<JsonDifference> inArrays(String path, JsonNode expected, JsonNode actual, boolean partly) {
        for (int i = 0; i < Math.max(expected.size(), actual.size()); i++) {
            String at = path + "[" + i + "]";
            Optional<JsonDifference> difference = i >= expected.size()
                    ? differ(at, ABSENT, text(actual.get(i)))
                    : i >= actual.size()
                            ? differ(at, text(expected.get(i)), ABSENT)
                            : find(at, expected.get(i), actual.get(i), partly);
            if (difference.isPresent()) {
                return difference;
            }
        }
        return Optional.empty();
    }

    private static Optional<JsonDifference> differ(String path, String expected, String actual) {
        return Optional.of(new JsonDifference(path, expected, actual));
    }

    private static String text(JsonNode value) {
        return Arrival.shown(value.toString());
    }
}
