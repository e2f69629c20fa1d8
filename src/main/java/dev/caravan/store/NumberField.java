package dev.caravan.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Finds the number that a {@link SeriesQuery#field()} names in a payload, without building a tree. Immutable.
 *
 * <p>A JSON number counts, not a text that looks like one, unless it is the whole payload: devices send {@code 21.5} as
 * plain text. Of a repeated name the first counts.
 */
final class NumberField {

    private static final JsonFactory JSON = new JsonFactory();
    private static final String[] NONE = {};

    private final String[] path;

    NumberField(String field) {
        this.path = field.isEmpty() ? NONE : field.split("\\.", -1);
    }

    /** @return NaN where there is no such number */
    double in(byte[] payload) {
        if (path.length == 0) {
            return plain(payload);
        }
        try (JsonParser json = JSON.createParser(payload)) {
            json.nextToken();
            for (String step : path) {
                if (!enter(json, step)) {
                    return Double.NaN;
                }
            }
            return json.currentToken() != null && json.currentToken().isNumeric() ? json.getDoubleValue() : Double.NaN;
        } catch (IOException e) {
            return Double.NaN;
        }
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

    /** Goes to the value of a field or an index of what the parser stands at. */
    private static boolean enter(JsonParser json, String step) throws IOException {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                boolean here = json.currentName().equals(step);
                json.nextToken();
                if (here) {
                    return true;
                }
                json.skipChildren();
            }
            return false;
        }
        if (json.currentToken() == JsonToken.START_ARRAY && step.matches("\\d{1,9}")) {
            int left = Integer.parseInt(step);
            while (json.nextToken() != JsonToken.END_ARRAY && json.currentToken() != null) {
                if (left-- == 0) {
                    return true;
                }
                json.skipChildren();
            }
        }
        return false;
    }
}
