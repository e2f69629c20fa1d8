package dev.caravan.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.json.JsonPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Finds the number that a {@link SeriesQuery#field()} names in a payload, without building a tree. Immutable.
 *
 * <p>A JSON number counts, not a text that looks like one, unless it is the whole payload: devices send {@code 21.5} as
 * plain text.
 */
final class NumberField {

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonPath.Step[] steps;

    NumberField(JsonPath path) {
        this.steps = path.steps().toArray(JsonPath.Step[]::new);
    }

    /** @return NaN where there is no such number */
    double in(byte[] payload) {
        if (steps.length == 0) {
            return plain(payload);
        }
        try (JsonParser json = JSON.createParser(payload)) {
            json.nextToken();
            return value(json, 0);
        } catch (IOException e) {
            return Double.NaN;
        }
    }

    /** Reads the value that the parser stands at to its end, as the same field may come again and then counts. */
    private double value(JsonParser json, int depth) throws IOException {
        if (depth == steps.length) {
            double number = isNumber(json) ? json.getDoubleValue() : Double.NaN;
            json.skipChildren();
            return number;
        }
        JsonPath.Step step = steps[depth];
        double number = Double.NaN;
        if (json.currentToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean here = json.currentName().equals(step.name());
                json.nextToken();
                if (here) {
                    number = value(json, depth + 1);
                } else {
                    json.skipChildren();
                }
            }
        } else if (json.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
                if (i == step.index()) {
                    number = value(json, depth + 1);
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
