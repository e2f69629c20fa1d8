package dev.caravan.export;

import dev.caravan.json.JsonPath;
import dev.caravan.json.SyntaxException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fields of payloads that become columns, for example {@code temperature,gps.lat,values.0}. Immutable. */
public final class Columns {

    /** No field: the payload stays whole. */
    public static final Columns NONE = new Columns(List.of(), List.of());

    /** What is written of every message before the fields of its payload. */
    static final List<String> OF_EVERY_MESSAGE = List.of("id", "time", "topic", "publisher");

    private static final int MAX = 200;
    private static final int MAX_LENGTH = 8_000;

    private final List<String> names;
    private final List<JsonPath> paths;

    private Columns(List<String> names, List<JsonPath> paths) {
        this.names = List.copyOf(names);
        this.paths = List.copyOf(paths);
    }

    /**
     * @param text names with commas between them, null for none
     * @throws QueryException naming the rule
     */
    public static Columns parse(String parameter, @Nullable String text) throws QueryException {
        if (text == null) {
            return NONE;
        }
        if (text.length() > MAX_LENGTH) {
            throw new QueryException(parameter, "must not be longer than " + MAX_LENGTH + " characters");
        }
        List<String> names = new ArrayList<>();
        List<JsonPath> paths = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String part : split(text)) {
            String name = part.strip();
            if (name.isEmpty() || name.equals("*")) {
                throw new QueryException(
                        parameter, "must be names of fields with commas between them, like temperature,gps.lat");
            }
            if (!seen.add(name)) {
                throw new QueryException(parameter, "has '" + name + "' twice");
            }
            names.add(name);
            paths.add(path(parameter, name));
        }
        if (names.size() > MAX) {
            throw new QueryException(parameter, "must not be more than " + MAX);
        }
        Columns columns = new Columns(names, paths);
        Set<String> headers = new HashSet<>();
        for (String header : columns.headers()) {
            if (!headers.add(header)) {
                throw new QueryException(parameter, "would have two columns that are called '" + header + "'");
            }
        }
        return columns;
    }

    /** At each comma but those in the quoted names of paths: {@code $['a,b'],c}. */
    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        char quote = 0;
        char before = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quote != 0) {
                i += c == '\\' ? 1 : 0;
                quote = c == quote ? 0 : quote;
            } else if (c == ',') {
                parts.add(text.substring(from, i));
                from = i + 1;
            } else if (before == '[' && (c == '\'' || c == '"')) {
                quote = c;
            }
            before = c == ' ' ? before : c;
        }
        parts.add(text.substring(from));
        return parts;
    }

    private static JsonPath path(String parameter, String name) throws QueryException {
        try {
            return JsonPath.parse(name);
        } catch (SyntaxException e) {
            throw new QueryException(parameter, "has '" + name + "', which is no path " + e.getMessage());
        }
    }

    boolean isEmpty() {
        return names.isEmpty();
    }

    /** How the columns are called: what is called like one of {@link #OF_EVERY_MESSAGE} begins with {@code payload.}. */
    List<String> headers() {
        return names.stream()
                .map(name -> OF_EVERY_MESSAGE.contains(name) ? "payload." + name : name)
                .toList();
    }

    PayloadFields fields() {
        return new PayloadFields(paths);
    }
}
