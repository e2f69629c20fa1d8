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
 * plain text.
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
        try (JsonParser json = JSON.createParser(payload)) {
            json.nextToken();
            return value(json, 0, isEachNameOnce(payload));
        } catch (IOException e) {
            return Double.NaN;
        }
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

    /**
     * Reads the value that the parser stands at.
     *
     * @param once whether to stop where it is found; otherwise it is read to its end, as a field that comes again counts
     */
    private double value(JsonParser json, int depth, boolean once) throws IOException {
        if (depth == steps.length) {
            double number = isNumber(json) ? json.getDoubleValue() : Double.NaN;
            if (!once) {
                json.skipChildren();
            }
            return number;
        }
        JsonPath.Step step = steps[depth];
        double number = Double.NaN;
        if (json.currentToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean here = json.currentName().equals(step.name());
                json.nextToken();
                if (here) {
                    number = value(json, depth + 1, once);
                    if (once) {
                        return number;
                    }
                } else {
                    json.skipChildren();
                }
            }
        } else if (json.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
                if (i == step.index()) {
                    number = value(json, depth + 1, once);
                    if (once) {
                        return number;
                    }
                } else {
                    json.skipChildren();
                }
            }
        }
        return number;
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
