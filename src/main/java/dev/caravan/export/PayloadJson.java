package dev.caravan.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How the bytes of a payload show in JSON: as the JSON value they are where the publisher said so by Content Type, else
 * as text, and as base64 with {@code payload_encoding} where they are not UTF-8.
 */
public final class PayloadJson {

    private static final JsonFactory JSON = new JsonFactory();

    private PayloadJson() {}

    /** Writes {@code payload} and, where it is base64, {@code payload_encoding}. */
    public static void writeFields(JsonGenerator json, byte[] payload, @Nullable String contentType)
            throws IOException {
        String text = utf8(payload);
        if (text == null) {
            json.writeStringField("payload", Base64.getEncoder().encodeToString(payload));
            json.writeStringField("payload_encoding", "base64");
        } else if (isJsonType(contentType) && isOneJsonValue(text)) {
            json.writeFieldName("payload");
            // A line end can only stand between tokens; without it each message is one line for NDJSON and events.
            json.writeRawValue(text.strip().replace('\n', ' ').replace('\r', ' '));
        } else {
            json.writeStringField("payload", text);
        }
    }

    /** The text of strictly valid UTF-8, or null. */
    public static @Nullable String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean isJsonType(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        int semicolon = contentType.indexOf(';');
        String mediaType = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return mediaType.strip().toLowerCase(Locale.ROOT).equals("application/json");
    }

    /** Any MQTT client may claim the type, so what goes raw into an answer is read to its end first. */
    private static boolean isOneJsonValue(String text) {
        try (JsonParser parser = JSON.createParser(text)) {
            JsonToken token = parser.nextToken();
            if (token == null) {
                return false;
            }
            parser.skipChildren();
            if (token == JsonToken.VALUE_STRING) {
                parser.getText(); // Strings are scanned when they are asked for.
            }
            return parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }
}
