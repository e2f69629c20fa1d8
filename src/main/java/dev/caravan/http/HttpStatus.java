package dev.caravan.http;

import static dev.caravan.http.Answering.answering;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.store.MessageStore;
import dev.caravan.store.StoreTotals;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/** The bean {@code httpStatus}: how the program is. Thread-safe. */
public final class HttpStatus {

    private static final ObjectMapper VALUES = new ObjectMapper();

    private final MessageStore store;
    private final StatusSource status;
    private final InstantSource clock;

    public HttpStatus(MessageStore store, StatusSource status, InstantSource clock) {
        this.store = store;
        this.status = status;
        this.clock = clock;
    }

    /** {@code GET /status}. */
    public void status(Exchange exchange) {
        answering(exchange, query -> {
            StoreTotals totals = store.totals();
            Map<String, Object> parts = status.parts().get();
            long uptime = Duration.between(status.startedAt(), clock.instant()).toSeconds();
            JsonAnswer.answer(exchange, 200, json -> {
                json.writeStringField("version", status.version());
                json.writeStringField("started", status.startedAt().toString());
                json.writeNumberField("uptime", Math.max(0, uptime));
                for (Map.Entry<String, Object> part : parts.entrySet()) {
                    json.writeFieldName(part.getKey());
                    writeValue(json, part.getValue());
                }
                json.writeNumberField("topics", totals.topics());
                json.writeNumberField("messages", totals.keptSinceStart());
                json.writeObjectFieldStart("history");
                json.writeNumberField("messages", totals.messages());
                json.writeNumberField("bytes", totals.bytes());
                json.writeEndObject();
            });
        });
    }

    /** {@code GET /bridges}. */
    public void bridges(Exchange exchange) {
        list(exchange, "bridges", status.bridges());
    }

    /** {@code GET /routes}. */
    public void routes(Exchange exchange) {
        list(exchange, "files", status.routes());
    }

    private static void list(Exchange exchange, String name, Supplier<List<Map<String, Object>>> source) {
        answering(exchange, query -> {
            List<Map<String, Object>> items = source.get();
            JsonAnswer.answer(exchange, 200, json -> {
                json.writeFieldName(name);
                writeValue(json, items);
            });
        });
    }

    private static void writeValue(JsonGenerator json, Object value) throws IOException {
        // By way of a tree: the generator has no codec, so that nothing else is ever turned into JSON by reflection.
        VALUES.writeTree(json, VALUES.valueToTree(value));
    }
}
