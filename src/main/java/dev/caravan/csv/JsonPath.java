package dev.caravan.csv;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a value stands in a payload: {@code $} the whole, {@code $.gps.lat}, {@code $.values[0]},
 * {@code $['odd name'].x}. One value; no wildcards, filters or negative indexes. Immutable.
 *
 * @param steps field names as {@code String} and places in arrays, from 0, as {@code Integer}
 */
record JsonPath(List<Object> steps) {

    private static final int DIGITS = 6;

    JsonPath {
        steps = List.copyOf(steps);
    }

    /** @throws IllegalArgumentException naming the place of what is no path */
    static JsonPath parse(String text) {
        List<Object> steps = new ArrayList<>();
        int at = 1;
        while (at < text.length()) {
            int end = text.charAt(at) == '.' ? endOfName(text, at + 1) : endOfBracket(text, at);
            String inner = text.charAt(at) == '.' ? text.substring(at + 1, end) : text.substring(at + 1, end - 1);
            boolean quoted = text.charAt(at) == '[' && (inner.startsWith("'") || inner.startsWith("\""));
            if (quoted) {
                steps.add(inner.substring(1, inner.length() - 1));
            } else if (text.charAt(at) == '.') {
                steps.add(inner);
            } else {
                steps.add(Integer.parseInt(inner));
            }
            at = end;
        }
        return new JsonPath(steps);
    }

    private static int endOfName(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) != '.' && text.charAt(end) != '[') {
            end++;
        }
        if (end == from) {
            throw broken(text, from);
        }
        return end;
    }

    private static int endOfBracket(String text, int from) {
        if (text.charAt(from) != '[' || from + 1 == text.length()) {
            throw broken(text, from);
        }
        char quote = text.charAt(from + 1);
        int close;
        if (quote == '\'' || quote == '"') {
            int end = text.indexOf(quote, from + 2);
            close = end < 0 ? -1 : end + 1;
        } else {
            close = text.indexOf(']', from);
            String index = close < 0 ? "" : text.substring(from + 1, close);
            if (!index.matches("\\d{1," + DIGITS + "}")) {
                throw broken(text, from + 1);
            }
        }
        if (close < 0 || close >= text.length() || text.charAt(close) != ']') {
            throw broken(text, from);
        }
        return close + 1;
    }

    private static IllegalArgumentException broken(String text, int at) {
        return new IllegalArgumentException(
                "'" + text + "' is no path at character " + (at + 1) + ": after '$' come .name, ['name'] or [0]");
    }

    /** The value there, or null where there is none. */
    @Nullable
    Object in(Object payload) {
        Object value = payload;
        for (Object step : steps) {
            if (step instanceof Integer index) {
                value = value instanceof List<?> list && index < list.size() ? list.get(index) : null;
            } else {
                value = value instanceof Map<?, ?> map ? map.get(step) : null;
            }
            if (value == null) {
                return null;
            }
        }
        return value;
    }

    /** The field of the payload that this path begins with; null where it may begin with something else. */
    @Nullable
    String firstField() {
        return !steps.isEmpty() && steps.get(0) instanceof String name ? name : null;
    }
}
