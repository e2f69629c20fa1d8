package dev.caravan.http;

import static dev.caravan.http.RequestException.badRequest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.caravan.export.PayloadJson;
import dev.caravan.topic.TopicName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /publish}, checked. Fields that it does not know are ignored, so that scripts may send more.
 *
 * @param topic where to publish; never begins with {@code $}
 * @param payload a JSON string's text, or the JSON text of any other value just as it was written
 * @param json whether the payload is JSON text
 * @param publisher who publishes
 * @param qos 0, 1 or 2
 * @param retain the RETAIN flag
 */
record PublishRequest(TopicName topic, byte[] payload, boolean json, String publisher, int qos, boolean retain) {

    static final String ANONYMOUS = "anonymous";

    private static final JsonFactory JSON = new JsonFactory();
    private static final String MISSING = "Missing 'topic' or 'payload'";

    /**
     * @param body the bytes of the request
     * @throws RequestException naming the broken rule, status 400
     */
    static PublishRequest parse(byte[] body) {
        String text = PayloadJson.utf8(body);
        if (text == null) {
            throw badRequest("Body must be UTF-8");
        }
        Map<String, Field> fields = fields(text.startsWith("\uFEFF") ? text.substring(1) : text);
        Field topic = fields.get("topic");
        Field payload = fields.get("payload");
        if (topic == null || payload == null || (topic.isString() && topic.text.isEmpty())) {
            throw badRequest(MISSING);
        }
        return new PublishRequest(
                topicName(topic),
                payload(payload),
                !payload.isString(),
                publisher(fields.get("publisher")),
                qos(fields.get("qos")),
                retain(fields.get("retain")));
    }

    /**
     * The most bytes of the MQTT 5 packet that carries the message (MQTT 5.0, 3.3).
     *
     * @param id the user property {@link MqttHeaders#ID}
     */
    long packetBytes(String id) {
        long bytes = 5 + 2 + bytes(topic.value()) + 2; // fixed header, topic, packet identifier
        bytes += 4 + 3; // property length, topic alias
        bytes += 5 + bytes(MqttHeaders.PUBLISHER) + bytes(publisher);
        bytes += 5 + bytes(MqttHeaders.ID) + bytes(id);
        bytes += json ? 3 + bytes(JsonAnswer.MEDIA_TYPE) : 0;
        return bytes + payload.length;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static TopicName topicName(Field field) {
        if (!field.isString()) {
            throw badRequest("'topic' must be a string");
        }
        TopicName topic;
        try {
            topic = new TopicName(field.text);
        } catch (IllegalArgumentException e) {
            throw badRequest(String.valueOf(e.getMessage()));
        }
        if (topic.isReserved()) {
            throw badRequest("topic must not begin with $: such topics are the broker's own");
        }
        return topic;
    }

    private static byte[] payload(Field field) {
        checkUnicode("payload", field.text);
        return field.text.getBytes(StandardCharsets.UTF_8);
    }

    private static String publisher(@Nullable Field field) {
        if (field == null) {
            return ANONYMOUS;
        }
        if (!field.isString()) {
            throw badRequest("'publisher' must be a string");
        }
        // It travels as an MQTT user property, a UTF-8 string of MQTT (MQTT 5.0, 1.5.4).
        checkUnicode("publisher", field.text);
        if (field.text.indexOf('\0') >= 0) {
            throw badRequest("'publisher' must not contain the character U+0000");
        }
        if (field.text.getBytes(StandardCharsets.UTF_8).length > TopicName.MAX_BYTES) {
            throw badRequest("'publisher' must not be longer than " + TopicName.MAX_BYTES + " bytes");
        }
        return field.text;
    }

    private static int qos(@Nullable Field field) {
        if (field == null) {
            return 1;
        }
        boolean whole = field.token == JsonToken.VALUE_NUMBER_INT;
        if (!whole || !(field.text.equals("0") || field.text.equals("1") || field.text.equals("2"))) {
            throw badRequest("'qos' must be 0, 1 or 2");
        }
        return field.text.charAt(0) - '0';
    }

    private static boolean retain(@Nullable Field field) {
        if (field == null) {
            return false;
        }
        if (field.token != JsonToken.VALUE_TRUE && field.token != JsonToken.VALUE_FALSE) {
            throw badRequest("'retain' must be true or false");
        }
        return field.token == JsonToken.VALUE_TRUE;
    }

    /** A JSON string can hold half a surrogate pair ({@code "\ud800"}), which has no UTF-8. */
    private static void checkUnicode(String name, String text) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw badRequest("'" + name + "' must be well-formed Unicode");
        }
    }

    /** The fields of the outer object that are not null, each with its text. */
    private static Map<String, Field> fields(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw badRequest("Body must be a JSON object");
            }
            Map<String, Field> fields = new HashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                String value = valueText(parser, token, text);
                if (token == JsonToken.VALUE_NULL) {
                    fields.remove(name); // Of a repeated name the last counts, as in Python and JavaScript.
                } else {
                    fields.put(name, new Field(token, value));
                }
            }
            if (parser.nextToken() != null) {
                throw badRequest("Body must be one JSON object and nothing after it");
            }
            return fields;
        } catch (JsonProcessingException e) {
            throw badRequest("Body must be valid JSON" + place(e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String valueText(JsonParser parser, JsonToken token, String source) throws IOException {
        if (!token.isStructStart()) {
            return parser.getText(); // Of a number: the digits as they were written.
        }
        int start = (int) parser.currentTokenLocation().getCharOffset();
        parser.skipChildren();
        int end = (int) parser.currentTokenLocation().getCharOffset() + 1;
        return source.substring(start, end);
    }

    private static String place(JsonProcessingException e) {
        return e.getLocation() == null
                ? ""
                : ": line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr();
    }

    private record Field(JsonToken token, String text) {
        boolean isString() {
            return token == JsonToken.VALUE_STRING;
        }
    }
}
