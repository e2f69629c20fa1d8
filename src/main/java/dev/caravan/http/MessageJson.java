package dev.caravan.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.store.RetainedValue;
import dev.caravan.store.StoredMessage;
import dev.caravan.store.TopicSummary;
import java.io.IOException;

/** Messages and topics of the store as JSON fields. */
final class MessageJson {

    private MessageJson() {}

    /** {@code payload, timestamp, publisher}. */
    static void writeFields(JsonGenerator json, StoredMessage message) throws IOException {
        PayloadJson.writeFields(json, message.payload(), message.contentType());
        JsonAnswer.writeTimestamp(json, message.timestamp());
        json.writeStringField("publisher", message.publisher());
    }

    /** {@code count, last, retained}. */
    static void writeSummary(JsonGenerator json, TopicSummary topic) throws IOException {
        json.writeNumberField("count", topic.count());
        StoredMessage last = topic.last();
        if (last == null) {
            json.writeNullField("last");
        } else {
            json.writeObjectFieldStart("last");
            writeFields(json, last);
            json.writeEndObject();
        }
        RetainedValue retained = topic.retained();
        if (retained == null) {
            json.writeNullField("retained");
        } else {
            json.writeObjectFieldStart("retained");
            PayloadJson.writeFields(json, retained.payload(), retained.contentType());
            json.writeEndObject();
        }
    }
}
