package dev.caravan.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.caravan.store.StoredMessage;
import java.io.IOException;
import java.io.OutputStream;

/**
 * One object: {@code topic, messages, count}, and {@code truncated} where the limit was reached. An export that breaks off is
 * no JSON, so nobody takes it for a whole one.
 */
final class JsonWriter implements MessageWriter {

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator json;
    private final String topic;
    private long count;

    JsonWriter(OutputStream out, String topic) throws IOException {
        this.json = JSON.createGenerator(out);
        // A line for each message: readable, and for tools that work by lines.
        this.json.setPrettyPrinter(new LineForEachMessage());
        this.topic = topic;
    }

    @Override
    public void begin() throws IOException {
        json.writeStartObject();
        json.writeStringField("topic", topic);
        json.writeArrayFieldStart("messages");
    }

    @Override
    public void write(StoredMessage message) throws IOException {
        json.writeStartObject();
        MessageJson.writeAll(json, message);
        json.writeEndObject();
        count++;
    }

    @Override
    public void end(boolean truncated) throws IOException {
        json.writeEndArray();
        json.writeNumberField("count", count);
        if (truncated) {
            json.writeBooleanField("truncated", true);
        }
        json.writeEndObject();
        json.writeRaw('\n');
    }

    @Override
    public void flush() throws IOException {
        json.flush();
    }

    private static final class LineForEachMessage extends MinimalPrettyPrinter {

        private static final long serialVersionUID = 1L;
        private int arrays;

        @Override
        public void writeStartArray(JsonGenerator json) throws IOException {
            super.writeStartArray(json);
            arrays++;
        }

        @Override
        public void writeEndArray(JsonGenerator json, int values) throws IOException {
            arrays--;
            super.writeEndArray(json, values);
        }

        @Override
        public void writeArrayValueSeparator(JsonGenerator json) throws IOException {
            super.writeArrayValueSeparator(json);
            if (arrays == 1) {
                json.writeRaw('\n');
            }
        }
    }
}
