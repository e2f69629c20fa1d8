package dev.caravan.http;

import static dev.caravan.http.Answering.answering;
import static dev.caravan.http.Answering.topic;
import static dev.caravan.http.Answering.valid;
import static dev.caravan.http.RequestException.badRequest;

import dev.caravan.export.MessageJson;
import dev.caravan.export.Moment;
import dev.caravan.export.PayloadFilter;
import dev.caravan.export.QueryException;
import dev.caravan.store.MessageStore;
import dev.caravan.store.StoreException;
import dev.caravan.store.StoredMessage;
import dev.caravan.topic.TopicFilter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** The bean {@code httpReaders}: readers who follow what is published, by asking, by waiting or by events. Thread-safe. */
public final class HttpReaders {

    private static final Duration MAX_WAIT = Duration.ofMinutes(10);
    /** How long the database is looked through for an answer that does not say for how long it waits. */
    private static final Duration LOOKING = Duration.ofSeconds(30);

    /** Of messages from the database, where no limit is asked for. */
    private static final int DEFAULT_LIMIT = 1_000;

    private static final Pattern WAIT = Pattern.compile("([0-9]{1,6})(ms|s|m)?");
    private static final Pattern STREAM = Pattern.compile("/topics/([^/?]+)/sse(?:\\?.*)?");

    private final MessageStore store;
    private final LiveFeed feed;
    private final InstantSource clock;
    private final Duration heartbeat;

    /** @param heartbeat after how long without an event a stream sends a comment */
    HttpReaders(MessageStore store, LiveFeed feed, InstantSource clock, Duration heartbeat) {
        this.store = store;
        this.feed = feed;
        this.clock = clock;
        this.heartbeat = heartbeat;
    }

    /** {@code GET /subscribe?topic=F[&since=T|id:N][&limit=N][&filter=C][&wait=D][&ack=NAME]}. */
    public void subscribe(Exchange exchange) {
        answering(exchange, query -> {
            TopicFilter topics = valid(() -> new TopicFilter(topic(query)));
            query.allowOnly("topic", "since", "limit", "filter", "wait", "ack");
            if (wantsEvents(exchange)) {
                if (query.get("ack") != null) {
                    throw badRequest("'ack' is not for event streams: they go on by Last-Event-ID");
                }
                stream(exchange, query, topics);
                return;
            }
            Since since = Since.parse(query.get("since"), clock);
            String limit = query.get("limit");
            Duration wait = wait(query.get("wait"));
            Long after = position(query.get("ack"), topics, since);
            PayloadFilter filter = filter(query);
            if (after == null) {
                Look look = new RecentLook(
                        store, feed, topics, filter, since.time(), limit == null ? Integer.MAX_VALUE : limit(limit));
                look.look();
                if (!look.found().messages().isEmpty() || wait.isZero()) {
                    JsonAnswer.answer(exchange, 200, fields(topics, look.found()));
                } else {
                    answerLater(exchange, topics, look, wait);
                }
            } else {
                MessageReader reader = new MessageReader(store, feed, topics, after);
                int most = limit == null ? DEFAULT_LIMIT : limit(limit);
                answerLater(exchange, topics, new DatabaseLook(reader, filter, most), wait);
            }
        });
    }

    private static void answerLater(Exchange exchange, TopicFilter topics, Look look, Duration wait) {
        boolean waits = !wait.isZero();
        LongPoll poll =
                new LongPoll(look, waits, waits ? wait : LOOKING, found -> JsonAnswer.object(fields(topics, found)));
        PiecesBody.answer(exchange, JsonAnswer.MEDIA_TYPE, poll);
    }

    /** {@code GET /topics/{filter}/sse[?since=T|id:N][&filter=C]}. */
    public void stream(Exchange exchange) {
        answering(exchange, query -> {
            // Camel's header of the path's parameter is mixed with a query's of the same name.
            Matcher path = STREAM.matcher(exchange.getMessage().getHeader(Exchange.HTTP_URI, "", String.class));
            if (!path.matches()) {
                throw new RequestException(404, "Not found");
            }
            String topics = Query.decodePath(path.group(1));
            query.allowOnly("since", "filter");
            stream(exchange, query, valid(() -> new TopicFilter(topics)));
        });
    }

    private void stream(Exchange exchange, Query query, TopicFilter topics) throws QueryException {
        PayloadFilter filter = filter(query);
        Since since = Since.parse(query.get("since"), clock);
        String last = exchange.getMessage().getHeader(EventStream.LAST_EVENT_ID, String.class);
        long after;
        if (last != null && !last.isEmpty()) {
            // The browser's own, so it counts more than the address, which stays the same when the browser comes back.
            after = Since.parseId(EventStream.LAST_EVENT_ID, last);
        } else {
            after = query.get("since") == null ? feed.newest() : since.afterId();
        }
        MessageReader reader = new MessageReader(store, feed, topics, after);
        PiecesBody.answer(exchange, EventStream.MEDIA_TYPE, new EventStream(reader, filter, heartbeat));
        exchange.getMessage().setHeader("X-Accel-Buffering", "no"); // nginx would hold the events back.
    }

    /** {@code POST /ack}. */
    public void acknowledge(Exchange exchange) {
        answering(exchange, query -> {
            byte[] body = exchange.getMessage().getBody(byte[].class);
            AckRequest ack = AckRequest.parse(body == null ? new byte[0] : body);
            // An id is a time. What was given out may be gone by now, cleared or too old.
            if (ack.id() > Math.max(feed.newest(), Moment.micros(clock.instant()))) {
                throw badRequest("'id' is above that of the newest message");
            }
            long position = store.acknowledge(ack.consumer(), ack.topics(), ack.id())
                    .orElseThrow(() -> new RequestException(
                            503, "Too many consumers: positions are kept for " + MessageStore.MAX_CONSUMERS));
            JsonAnswer.answer(exchange, 200, json -> {
                json.writeBooleanField("success", true);
                json.writeStringField("consumer", ack.consumer());
                json.writeStringField("topic", ack.topics().value());
                json.writeNumberField("id", position);
            });
        });
    }

    private static boolean wantsEvents(Exchange exchange) {
        String accept = exchange.getMessage().getHeader("Accept", "", String.class);
        return accept.contains(EventStream.MEDIA_TYPE);
    }

    /** After which id to read from the database; null where the newest in memory are asked for. */
    private @Nullable Long position(@Nullable String ack, TopicFilter topics, Since since) throws StoreException {
        if (ack == null) {
            return since.id();
        }
        if (since.time() != Long.MIN_VALUE || since.id() != null) {
            throw badRequest("'ack' goes on from what was acknowledged: it takes no 'since'");
        }
        return store.position(AckRequest.consumer("ack", ack), topics).orElse(Long.MIN_VALUE);
    }

    private static @Nullable PayloadFilter filter(Query query) throws QueryException {
        String text = query.get("filter");
        return text == null ? null : PayloadFilter.parse("filter", text);
    }

    private static int limit(String text) {
        int limit = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
        if (limit < 1 || limit > AnswerSize.MAX_LIMIT) {
            throw badRequest("'limit' must be a whole number from 1 to " + AnswerSize.MAX_LIMIT);
        }
        return limit;
    }

    private static Duration wait(@Nullable String text) {
        if (text == null) {
            return Duration.ZERO;
        }
        Matcher matcher = WAIT.matcher(text);
        Duration wait = null;
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            String unit = matcher.group(2);
            wait = "ms".equals(unit)
                    ? Duration.ofMillis(number)
                    : "m".equals(unit) ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
        }
        if (wait == null || wait.compareTo(MAX_WAIT) > 0) {
            throw badRequest("'wait' must be a time like 30s, at most " + MAX_WAIT.toMinutes() + "m");
        }
        return wait;
    }

    private static JsonAnswer.Fields fields(TopicFilter topics, Look.Found found) {
        List<StoredMessage> messages = found.messages();
        Long lastId = found.lastId();
        return json -> {
            json.writeStringField("topic", topics.value());
            json.writeNumberField("count", messages.size());
            if (found.truncated()) {
                json.writeBooleanField("truncated", true);
            }
            if (lastId != null) {
                json.writeNumberField("last_id", lastId);
            }
            json.writeArrayFieldStart("messages");
            for (StoredMessage message : messages) {
                json.writeStartObject();
                if (lastId != null) {
                    json.writeNumberField("id", message.id());
                }
                if (topics.hasWildcard()) {
                    json.writeStringField("topic", message.topic());
                }
                MessageJson.writeFields(json, message);
                json.writeEndObject();
            }
            json.writeEndArray();
        };
    }
}
