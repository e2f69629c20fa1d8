package dev.caravan.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.json.JsonPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds the number that a {@link SeriesQuery#field()} names in a payload, without building a tree. Immutable.
 *
 * <p>A JSON number counts, not a text that looks like one, unless it is the whole payload: devices send {@code 21.5} as
 * plain text. What stands behind the number need not be JSON: a payload is read as far as the number, unless its field may
 * come again.
 */
final class NumberField {

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonPath.Step[] steps;
    private final byte[][] names;

    NumberField(JsonPath path) {
        this.steps = path.steps().toArray(JsonPath.Step[]::new);
        this.names = path.steps().stream()
                .map(step -> ('"' + step.name() + '"').getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
    }

    /** @return NaN where there is no such number */
    double in(byte[] payload) {
        if (steps.length == 0) {
            return plain(payload);
        }
        Search search = new Search(isEachNameOnce(payload));
        try (JsonParser json = JSON.createParser(payload)) {
            json.nextToken();
            search.value(json, 0);
        } catch (IOException e) {
            // What was found before the mistake counts, as it does where reading stops at the number.
        }
        return search.number;
    }

    /**
     * Whether no field of the path can come twice, as is nearly always so: then what is found is the last, and half of the
     * parsing is saved. Escapes and UTF-16 could spell a name in other bytes.
     */
    private boolean isEachNameOnce(byte[] payload) {
        for (byte b : payload) {
            if (b == '\\' || b == 0) {
                return false;
            }
        }
        for (byte[] name : names) {
            int first = indexOf(payload, name, 0);
            if (first >= 0 && indexOf(payload, name, first + 1) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static int indexOf(byte[] payload, byte[] name, int from) {
        for (int at = from; at <= payload.length - name.length; at++) {
            if (payload[at] == '"' && Arrays.equals(payload, at, at + name.length, name, 0, name.length)) {
                return at;
            }
        }
        return -1;
    }

    /** Of one payload. */
    private final class Search {

        private final boolean once;
        private double number = Double.NaN;

        /** @param once whether to stop where it is found; otherwise all is read, as a field that comes again counts */
        Search(boolean once) {
            this.once = once;
        }

        /**
         * Reads the value that the parser stands at.
         *
         * @return whether all is done
         */
        boolean value(JsonParser json, int depth) throws IOException {
            number = Double.NaN;
            if (depth == steps.length) {
                number = isNumber(json) ? json.getDoubleValue() : Double.NaN;
                if (!once) {
                    json.skipChildren();
                }
                return once;
            }
            JsonPath.Step step = steps[depth];
            if (json.currentToken() == JsonToken.START_OBJECT) {
                while (json.nextToken() == JsonToken.FIELD_NAME) {
                    boolean here = json.currentName().equals(step.name());
                    json.nextToken();
                    if (valueOrSkip(json, depth, here)) {
                        return true;
                    }
                }
            } else if (json.currentToken() == JsonToken.START_ARRAY) {
                for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
                    if (valueOrSkip(json, depth, i == step.index())) {
                        return true;
                    }
                }
            }
            return false;
        }

        private boolean valueOrSkip(JsonParser json, int depth, boolean here) throws IOException {
            if (here) {
                return value(json, depth + 1) || once;
            }
            json.skipChildren();
            return false;
        }
    }

    private static boolean isNumber(JsonParser json) {
        return json.currentToken() != null && json.currentToken().isNumeric();
    }

    private static double plain(byte[] payload) {
        if (payload.length == 0 || payload.length > 64) {
            return Double.NaN;
        }
        try {
            double value = Double.parseDouble(new String(payload, StandardCharsets.UTF_8).strip());
            return Double.isFinite(value) ? value : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
