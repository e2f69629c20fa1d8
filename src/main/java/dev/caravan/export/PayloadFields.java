package dev.caravan.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.json.JsonPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Picks the values of a fixed set of paths out of payloads, in one pass and without a tree, each number with its digits
 * as they came. Of a field that stands twice the last counts, see {@link JsonPath}. Immutable, thread-safe.
 */
final class PayloadFields {

    private static final JsonFactory JSON = new JsonFactory();

    private final int count;
    private final Node root = new Node();

    PayloadFields(List<JsonPath> paths) {
        this.count = paths.size();
        for (int i = 0; i < count; i++) {
            Node node = root;
            for (JsonPath.Step step : paths.get(i).steps()) {
                node = node.children.computeIfAbsent(step.name(), name -> new Node());
            }
            node.indexes.add(i);
        }
    }

    /** By the index of the path; null where the payload has no such value, or is no JSON at all. */
    @Nullable
    FieldValue[] of(byte[] payload) {
        @Nullable FieldValue[] values = new FieldValue[count];
        String text = count == 0 ? null : PayloadJson.utf8(payload);
        if (text == null) {
            return values;
        }
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() == null) {
                return values;
            }
            read(parser, text, root, values);
            if (parser.nextToken() != null) {
                Arrays.fill(values, null);
            }
        } catch (IOException e) {
            // Not JSON, whatever its beginning looks like.
            Arrays.fill(values, null);
        }
        return values;
    }

    private static void read(JsonParser parser, String text, Node node, @Nullable FieldValue[] values)
            throws IOException {
        JsonToken token = parser.currentToken();
        if (token.isScalarValue()) {
            FieldValue value = scalar(parser, token);
            node.indexes.forEach(i -> values[i] = value);
            return;
        }
        int from = (int) parser.currentTokenLocation().getCharOffset();
        if (node.children.isEmpty()) {
            parser.skipChildren();
        } else if (token == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                Node child = node.children.get(parser.currentName());
                parser.nextToken();
                readOrSkip(parser, text, child, values);
            }
        } else {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                readOrSkip(parser, text, node.children.get(Integer.toString(i)), values);
            }
        }
        if (!node.indexes.isEmpty()) {
            int to = (int) parser.currentLocation().getCharOffset();
            FieldValue value = new FieldValue(FieldValue.Kind.NESTED, text.substring(from, to));
            node.indexes.forEach(i -> values[i] = value);
        }
    }

    private static void readOrSkip(JsonParser parser, String text, @Nullable Node child, @Nullable FieldValue[] values)
            throws IOException {
        if (child == null) {
            parser.skipChildren();
            return;
        }
        child.forget(values); // The same field came before, perhaps with more in it.
        read(parser, text, child, values);
    }

    private static FieldValue scalar(JsonParser parser, JsonToken token) throws IOException {
        FieldValue.Kind kind =
                switch (token) {
                    case VALUE_STRING -> FieldValue.Kind.STRING;
                    case VALUE_TRUE -> FieldValue.Kind.TRUE;
                    case VALUE_FALSE -> FieldValue.Kind.FALSE;
                    case VALUE_NULL -> FieldValue.Kind.NULL;
                    default -> FieldValue.Kind.NUMBER;
                };
        return new FieldValue(kind, parser.getText());
    }

    private static final class Node {
        final Map<String, Node> children = new HashMap<>();
        final List<Integer> indexes = new ArrayList<>();

        void forget(@Nullable FieldValue[] values) {
            indexes.forEach(i -> values[i] = null);
            children.values().forEach(child -> child.forget(values));
        }
    }
}
