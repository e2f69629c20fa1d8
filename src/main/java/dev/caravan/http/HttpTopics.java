package dev.caravan.http;

import static dev.caravan.http.Answering.answering;
import static dev.caravan.http.Answering.topic;
import static dev.caravan.http.Answering.valid;
import static dev.caravan.http.RequestException.badRequest;

import dev.caravan.store.MessageStore;
import dev.caravan.store.TopicSummary;
import dev.caravan.topic.TopicName;
import java.util.List;
import java.util.OptionalInt;
import org.apache.camel.Exchange;

/** The bean {@code httpTopics}: which topics there are, and forgetting one. Thread-safe. */
public final class HttpTopics {

    private final MessageStore store;
    private final LiveFeed feed;

    HttpTopics(MessageStore store, LiveFeed feed) {
        this.store = store;
        this.feed = feed;
    }

    /** {@code GET /topics[?view=list|tree]}. */
    public void list(Exchange exchange) {
        answering(exchange, query -> {
            query.allowOnly("view");
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
                        TopicJson.writeSummary(json, topic);
                        json.writeEndObject();
                    }
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
            feed.forget(topic);
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
}
