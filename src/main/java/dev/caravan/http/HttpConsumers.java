package dev.caravan.http;

import static dev.caravan.http.Answering.answering;
import static dev.caravan.http.Answering.valid;

import dev.caravan.export.MessageJson;
import dev.caravan.store.ConsumerList;
import dev.caravan.store.ConsumerPosition;
import dev.caravan.store.MessageStore;
import dev.caravan.topic.TopicFilter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;

/** The bean {@code httpConsumers}: who has acknowledged what, and forgetting one. Thread-safe. */
public final class HttpConsumers {

    private static final int NO_CONTENT = 204;
    private static final Pattern ONE = Pattern.compile("/consumers/([^/?]+)(?:\\?.*)?");

    private final MessageStore store;

    HttpConsumers(MessageStore store) {
        this.store = store;
    }

    /** {@code GET /consumers}. */
    public void list(Exchange exchange) {
        answering(exchange, query -> {
            ConsumerList list = store.consumers();
            JsonAnswer.answer(exchange, 200, json -> {
                json.writeNumberField("count", list.positions().size());
                if (list.truncated()) {
                    json.writeBooleanField("truncated", true);
                }
                json.writeArrayFieldStart("consumers");
                for (ConsumerPosition position : list.positions()) {
                    json.writeStartObject();
                    json.writeStringField("consumer", position.consumer());
                    json.writeStringField("topic", position.filter().value());
                    json.writeNumberField("id", position.id());
                    MessageJson.writeTimestamp(json, position.id());
                    json.writeEndObject();
                }
                json.writeEndArray();
            });
        });
    }

    /** {@code DELETE /consumers/{name}[?topic=F]}. */
    public void forget(Exchange exchange) {
        answering(exchange, query -> {
            // Camel's header of the path's parameter is mixed with a query's of the same name.
            Matcher path = ONE.matcher(exchange.getMessage().getHeader(Exchange.HTTP_URI, "", String.class));
            if (!path.matches()) {
                throw new RequestException(404, "Not found");
            }
            query.allowOnly("topic");
            String consumer = Query.decodePath(path.group(1));
            String topic = query.get("topic");
            TopicFilter filter = topic == null ? null : valid(() -> new TopicFilter(topic));
            if (!store.forget(consumer, filter)) {
                throw new RequestException(404, "Consumer not found");
            }
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, NO_CONTENT);
            exchange.getMessage().setBody(null);
        });
    }
}
