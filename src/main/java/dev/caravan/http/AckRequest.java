package dev.caravan.http;

import static dev.caravan.http.RequestException.badRequest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.export.PayloadJson;
import dev.caravan.topic.TopicFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /ack}, checked. Fields that it does not know are ignored.
 *
 * @param consumer who acknowledges
 * @param topics the Topic Filter it reads with
 * @param id of the last message it is done with
 */
record AckRequest(String consumer, TopicFilter topics, long id) {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int MAX_CONSUMER_LENGTH = 128;

    /** @throws RequestException naming the broken rule, status 400 */
    static AckRequest parse(byte[] body) {
        String text = PayloadJson.utf8(body);
        if (text == null) {
            throw badRequest("Body must be UTF-8");
        }
        String consumer = null;
        String topic = null;
        Long id = null;
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw badRequest("Body must be a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "consumer" -> consumer = string(parser, value, name);
                    case "topic" -> topic = string(parser, value, name);
                    case "id" -> id = Since.parseId(name, value.isScalarValue() ? parser.getText() : "");
                    default -> parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw badRequest("Body must be one JSON object");
            }
        } catch (JsonProcessingException e) {
            throw badRequest("Body must be JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Of a text in memory.
        }
        if (consumer == null || topic == null || id == null) {
            throw badRequest("Missing 'consumer', 'topic' or 'id'");
        }
        String filter = topic;
        return new AckRequest(consumer("consumer", consumer), Answering.valid(() -> new TopicFilter(filter)), id);
    }

    private static @Nullable String string(JsonParser parser, JsonToken value, String name) throws IOException {
        if (value != JsonToken.VALUE_STRING) {
            throw badRequest("'" + name + "' must be a string");
        }
        return parser.getText();
    }

    /**
     * A name that can also stand in the path of {@code DELETE /consumers/{name}}: {@code .} and {@code ..} mean other paths
     * there, however they are written.
     *
     * @throws RequestException where the text is no name
     */
    static String consumer(String parameter, String text) {
        boolean printable = text.codePoints()
                .noneMatch(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
        if (text.isBlank() || text.length() > MAX_CONSUMER_LENGTH || !printable) {
            throw badRequest(
                    "'" + parameter + "' must be a name of 1 to " + MAX_CONSUMER_LENGTH + " printable characters");
        }
        if (text.equals(".") || text.equals("..")) {
            throw badRequest("'" + parameter + "' must be another name than . and ..");
        }
        return text;
    }
}
