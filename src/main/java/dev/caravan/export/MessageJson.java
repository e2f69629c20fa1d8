package dev.caravan.export;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.store.StoredMessage;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;

/** Messages of the store as fields of a JSON object that is open. */
public final class MessageJson {

    private MessageJson() {}

    /** {@code payload, timestamp, publisher}: what {@code GET /subscribe} has always answered. */
    public static void writeFields(JsonGenerator json, StoredMessage message) throws IOException {
        PayloadJson.writeFields(json, message.payload(), message.contentType());
        writeTimestamp(json, message.timestamp());
        json.writeStringField("publisher", message.publisher());
    }

    /** All that is known of the message. */
    public static void writeAll(JsonGenerator json, StoredMessage message) throws IOException {
        json.writeNumberField("id", message.id());
        json.writeStringField("topic", message.topic());
        writeFields(json, message);
        json.writeNumberField("qos", message.qos());
        json.writeBooleanField("retain", message.retained());
        if (message.contentType() != null) {
            json.writeStringField("content_type", message.contentType());
        }
        if (!message.userProperties().isEmpty()) {
            // A list, as a name may stand there twice.
            json.writeArrayFieldStart("user_properties");
            for (Map.Entry<String, String> property : message.userProperties()) {
                json.writeStartObject();
                json.writeStringField("name", property.getKey());
                json.writeStringField("value", property.getValue());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }

    /** Seconds since the epoch, always with six decimals: the number that Python's {@code time.time()} would give. */
    public static void writeTimestamp(JsonGenerator json, long micros) throws IOException {
        json.writeFieldName("timestamp");
        json.writeNumber(seconds(micros));
    }

    /** For example {@code 1795224073.639917}. */
    public static String seconds(long micros) {
        return BigDecimal.valueOf(micros, 6).toPlainString();
    }
}
