package dev.caravan.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where one value stands in a JSON payload: {@code $} the whole, {@code $.gps.lat}, {@code $.values[0]},
 * {@code $['odd name'].x}; in short also {@code gps.lat} and {@code values[0]}. Immutable.
 *
 * <p>The singular queries of RFC 9535 without negative indexes, and two liberties: a name in dots has any characters but
 * dots and brackets, and digits are an index in an array and a name in an object, whichever way they are written.
 *
 * <p>Of a field that stands twice in an object the last counts, for all who read by a path: RFC 8259, section 4, leaves that
 * open, and the last is what JavaScript, Python, PostgreSQL and Jackson keep.
 *
 * @param steps from the whole to the value, at most {@value #MAX_STEPS}
 */
public record JsonPath(List<Step> steps) {

    /** The most steps of a path that somebody wrote. */
    public static final int MAX_STEPS = 32;

    private static final Pattern DOTTED = Pattern.compile("[^.\\[]++");
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_-]*+");
    private static final Pattern DIGITS = Pattern.compile("(?:0|[1-9][0-9]{0,8}+)(?![0-9])");

    /**
     * One step down.
     *
     * @param name of the field of an object
     * @param index in an array, or -1 where the name is none
     */
    public record Step(String name, int index) {

        static Step of(String name) {
            return new Step(name, DIGITS.matcher(name).matches() ? Integer.parseInt(name) : -1);
        }
    }

    public JsonPath {
        steps = List.copyOf(steps);
    }

    /** The path to a field of an object, whatever characters its name has. */
    public static JsonPath ofField(String name) {
        return new JsonPath(List.of(new Step(name, -1)));
    }

    /** @throws SyntaxException when the text is no path from its beginning to its end */
    public static JsonPath parse(String text) throws SyntaxException {
        Cursor cursor = new Cursor(text);
        List<Step> steps = new ArrayList<>();
        if (!cursor.isAt('$')) {
            steps.add(name(cursor, DOTTED));
        } else {
            cursor.demand("$");
        }
        addSteps(cursor, DOTTED, steps);
        if (!cursor.isAtEnd()) {
            throw cursor.wrong("expected .name, ['name'] or [0]");
        }
        return new JsonPath(steps);
    }

    /**
     * Reads a path inside another text, as far as it goes; a name in dots is then letters, digits, {@code _} and
     * {@code -}.
     *
     * @throws SyntaxException when the cursor stands at no path
     */
    public static JsonPath read(Cursor cursor) throws SyntaxException {
        if (!cursor.isAt('$')) {
            throw cursor.wrong("expected a path like $.temperature");
        }
        cursor.demand("$");
        List<Step> steps = new ArrayList<>();
        addSteps(cursor, WORD, steps);
        return new JsonPath(steps);
    }

    private static void addSteps(Cursor cursor, Pattern names, List<Step> steps) throws SyntaxException {
        while (cursor.isAt('.') || cursor.isAt('[')) {
            if (cursor.isAt('.')) {
                cursor.demand(".");
                steps.add(name(cursor, names));
            } else {
                cursor.demand("[");
                steps.add(inBrackets(cursor));
                cursor.demand("]");
            }
            if (steps.size() > MAX_STEPS) {
                throw cursor.wrong("a path of more than " + MAX_STEPS + " names");
            }
        }
    }

    private static Step name(Cursor cursor, Pattern names) throws SyntaxException {
        String name = cursor.match(names);
        if (name == null) {
            throw cursor.wrong("expected a name; others go into brackets: $['odd name']");
        }
        return Step.of(name);
    }

    private static Step inBrackets(Cursor cursor) throws SyntaxException {
        char next = cursor.peek();
        if (next == '"' || next == '\'') {
            return Step.of(cursor.string());
        }
        String index = cursor.match(DIGITS);
        if (index == null) {
            throw cursor.wrong("expected an index or a name in quotes");
        }
        return Step.of(index);
    }

    /** The value there in a payload of Java's maps, lists and values; null where there is none. */
    public @Nullable Object in(Object payload) {
        Object value = payload;
        for (Step step : steps) {
            if (value instanceof Map<?, ?> map) {
                value = map.get(step.name);
            } else {
                value = value instanceof List<?> list && step.index >= 0 && step.index < list.size()
                        ? list.get(step.index)
                        : null;
            }
            if (value == null) {
                return null;
            }
        }
        return value;
    }
}
