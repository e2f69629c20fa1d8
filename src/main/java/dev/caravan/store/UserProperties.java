package dev.caravan.store;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** User Properties as the text of a column: JSON, an array of pairs, as names may repeat. */
final class UserProperties {

    private static final JsonFactory JSON = new JsonFactory();

    private UserProperties() {}

    /** @return null where there are none */
    static @Nullable String write(List<Map.Entry<String, String>> properties) {
        if (properties.isEmpty()) {
            return null;
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartArray();
            for (Map.Entry<String, String> property : properties) {
                json.writeStartArray();
                json.writeString(property.getKey());
                json.writeString(property.getValue());
                json.writeEndArray();
            }
            json.writeEndArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Skips what is not a pair of texts: somebody else may have written to the database. */
    static List<Map.Entry<String, String>> read(@Nullable String text) {
        if (text == null) {
            return List.of();
        }
        List<Map.Entry<String, String>> properties = new ArrayList<>();
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            while (json.nextToken() == JsonToken.START_ARRAY) {
                String name = json.nextTextValue();
                String value = json.nextTextValue();
                if (name != null && value != null && json.nextToken() == JsonToken.END_ARRAY) {
                    properties.add(Map.entry(name, value));
                }
            }
        } catch (IOException e) {
            return List.copyOf(properties);
        }
        return List.copyOf(properties);
    }
}
