package dev.caravan.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.caravan.store.StoredMessage;
import java.io.IOException;
import java.io.OutputStream;

/** One object a line, each line ended. */
final class NdjsonWriter implements MessageWriter {

    private static final JsonFactory JSON = new JsonFactory();

    private final JsonGenerator json;

    NdjsonWriter(OutputStream out) throws IOException {
        this.json = JSON.createGenerator(out);
        this.json.setPrettyPrinter(new MinimalPrettyPrinter(""));
    }

    @Override
    public void begin() {
        // Nothing: the first message is the first line.
    }

    @Override
    public void write(StoredMessage message) throws IOException {
        json.writeStartObject();
        MessageJson.writeAll(json, message);
        json.writeEndObject();
        json.writeRaw('\n');
    }

    @Override
    public void end(boolean truncated) {
        // Nothing: whoever gave a limit counts lines.
    }

    @Override
    public void flush() throws IOException {
        json.flush();
    }
}
