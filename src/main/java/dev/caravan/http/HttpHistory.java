package dev.caravan.http;

import static dev.caravan.http.RequestException.badRequest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.store.MessageStore;
import dev.caravan.store.StoreTotals;
import dev.caravan.store.StoredMessage;
import dev.caravan.store.TopicSummary;
import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code httpHistory} of the routes that read the message store over HTTP. Every method answers the exchange,
 * errors too. Thread-safe.
 */
public final class HttpHistory {

    private static final Logger LOG = LoggerFactory.getLogger(HttpHistory.class);
    private static final ObjectMapper VALUES = new ObjectMapper();

    private static final int MAX_LIMIT = 100_000;
    private static final long MAX_PAYLOAD_BYTES = 16L << 20;

    private final MessageStore store;
    private final StatusSource status;
    private final InstantSource clock;

    public HttpHistory(MessageStore store, StatusSource status, InstantSource clock) {
        this.store = store;
        this.status = status;
        this.clock = clock;
    }

    /** {@code GET /subscribe?topic=T[&since=TS][&limit=N]}: the oldest messages that fit one answer. */
    public void subscribe(Exchange exchange) {
        answering(exchange, query -> {
            TopicFilter filter = valid(() -> new TopicFilter(topic(query)));
            int limit = limit(query.get("limit"));
            List<StoredMessage> found = store.read(filter, Since.parse(query.get("since")));
            List<StoredMessage> messages = found.subList(0, fitting(found, limit));
            JsonAnswer.answer(exchange, 200, json -> {
                json.writeStringField("topic", filter.value());
                json.writeNumberField("count", messages.size());
                if (messages.size() < found.size()) {
                    json.writeBooleanField("truncated", true);
                }
                json.writeArrayFieldStart("messages");
                for (StoredMessage message : messages) {
                    json.writeStartObject();
                    if (filter.hasWildcard()) {
                        json.writeStringField("topic", message.topic());
                    }
                    MessageJson.writeFields(json, message);
                    json.writeEndObject();
                }
                json.writeEndArray();
            });
        });
    }

    /** {@code DELETE /clear?topic=T}. */
    public void clear(Exchange exchange) {
        answering(exchange, query -> {
            TopicName topic = valid(() -> new TopicName(topic(query)));
            OptionalInt cleared = store.clear(topic);
            if (cleared.isEmpty()) {
                JsonAnswer.answer(exchange, 404, json -> {
                    json.writeBooleanField("success", false);
                    json.writeStringField("error", "Topic not found");
                });
            } else {
                JsonAnswer.answer(exchange, 200, json -> {
                    json.writeBooleanField("success", true);
                    json.writeStringField("topic", topic.value());
                    json.writeNumberField("cleared", cleared.getAsInt());
                });
            }
        });
    }

    /** {@code GET /topics[?view=list|tree]}. */
    public void topics(Exchange exchange) {
        answering(exchange, query -> {
            String view = query.get("view");
            if (view != null && !view.equals("list") && !view.equals("tree")) {
                throw badRequest("'view' must be list or tree");
            }
            List<TopicSummary> topics = store.topics();
            JsonAnswer.answer(exchange, 200, json -> {
                json.writeNumberField("count", topics.size());
                json.writeArrayFieldStart("topics");
                if ("tree".equals(view)) {
                    TopicTree.of(topics).write(json);
                } else {
                    for (TopicSummary topic : topics) {
                        json.writeStartObject();
                        json.writeStringField("topic", topic.topic());
                        MessageJson.writeSummary(json, topic);
                        json.writeEndObject();
                    }
                }
                json.writeEndArray();
            });
        });
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

    /** How many of the messages one answer takes; at least one, so that a reader always gets on. */
    private static int fitting(List<StoredMessage> messages, int limit) {
        long bytes = 0;
        int count = 0;
        for (StoredMessage message : messages) {
            bytes += message.payload().length;
            if (count >= limit || (count > 0 && bytes > MAX_PAYLOAD_BYTES)) {
                break;
            }
            count++;
        }
        return count;
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return Integer.MAX_VALUE;
        }
        int limit = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > MAX_LIMIT) {
            throw badRequest("'limit' must be a whole number from 1 to " + MAX_LIMIT);
        }
        return limit;
    }

    private static void writeValue(JsonGenerator json, Object value) throws IOException {
        // By way of a tree: the generator has no codec, so that nothing else is ever turned into JSON by reflection.
        VALUES.writeTree(json, VALUES.valueToTree(value));
    }

    private static String topic(Query query) {
        String topic = query.get("topic");
        if (topic == null || topic.isEmpty()) {
            throw badRequest("Missing 'topic' parameter");
        }
        return topic;
    }

    private static <T> T valid(Supplier<T> topic) {
        try {
            return topic.get();
        } catch (IllegalArgumentException e) {
            throw badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static void answering(Exchange exchange, Consumer<Query> work) {
        try {
            work.accept(Query.of(exchange));
        } catch (RequestException e) {
            JsonAnswer.error(exchange, e.status(), e.text());
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("routeId", exchange.getFromRouteId())
                    .setCause(e)
                    .log("A request failed");
            JsonAnswer.error(exchange, 500, "Internal error, see the log");
        }
    }
}
