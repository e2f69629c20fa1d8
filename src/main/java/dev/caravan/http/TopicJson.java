package dev.caravan.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.caravan.export.MessageJson;
import dev.caravan.export.PayloadJson;
import dev.caravan.store.RetainedValue;
import dev.caravan.store.StoredMessage;
import dev.caravan.store.TopicSummary;
import java.io.IOException;

/** Topics of the store as JSON fields. */
final class TopicJson {

    private TopicJson() {}

    /** {@code count, last, retained}. */
    static void writeSummary(JsonGenerator json, TopicSummary topic) throws IOException {
        json.writeNumberField("count", topic.count());
        StoredMessage last = topic.last();
        if (last == null) {
            json.writeNullField("last");
        } else {
            json.writeObjectFieldStart("last");
            MessageJson.writeFields(json, last);
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
