package dev.caravan.http;

import static dev.caravan.http.Answering.answering;
import static dev.caravan.http.Answering.topic;
import static dev.caravan.http.Answering.valid;
import static dev.caravan.http.RequestException.badRequest;

import dev.caravan.export.ExportFormat;
import dev.caravan.export.ExportQuery;
import dev.caravan.export.MessageExport;
import dev.caravan.export.MessageJson;
import dev.caravan.export.Moment;
import dev.caravan.json.JsonPath;
import dev.caravan.json.SyntaxException;
import dev.caravan.store.MessageStore;
import dev.caravan.store.SeriesBucket;
import dev.caravan.store.SeriesQuery;
import dev.caravan.topic.TopicName;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/** The bean {@code httpHistory}: all that the message store keeps, as a file and as a chart's points. Thread-safe. */
public final class HttpHistory {

    private static final long DAY_MICROS = Duration.ofDays(1).toSeconds() * 1_000_000;
    private static final long LATEST = Moment.micros(Instant.parse("9999-12-31T23:59:59Z"));
    private static final int MAX_POINTS = 10_000;
    private static final int DEFAULT_POINTS = 500;
    private static final int MAX_FIELD_LENGTH = 1_000;
    private static final int MAX_NAME_LENGTH = 60;

    private final MessageStore store;
    private final InstantSource clock;

    public HttpHistory(MessageStore store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** {@code GET /history?topic=F[&from=T][&to=T][&limit=N][&filter=C][&format=json|ndjson|csv][&columns=A,B][&raw=true]}. */
    public void history(Exchange exchange) {
        answering(exchange, query -> {
            topic(query);
            query.allowOnly("topic", "from", "to", "limit", "filter", "format", "columns", "raw");
            ExportQuery export = ExportQuery.parse(query::get, clock);
            Pieces pieces = new HistoryPieces(new MessageExport(store::query, export));
            PiecesBody.answer(exchange, export.format().mediaType(), pieces);
            String kind = export.format() == ExportFormat.JSON ? "inline" : "attachment";
            exchange.getMessage().setHeader("Content-Disposition", kind + "; filename=\"" + fileName(export) + "\"");
        });
    }

    /** Letters, digits, - and _ of the topic filter: safe in the header and on every disk. */
    private static String fileName(ExportQuery export) {
        String topics = export.topics().value().replace("#", "all").replaceAll("[^A-Za-z0-9-]+", "_");
        String cut = topics.substring(0, Math.min(topics.length(), MAX_NAME_LENGTH));
        return "history-" + cut + "." + export.format().suffix();
    }

    /** {@code GET /series?topic=T[&field=F][&from=T][&to=T][&points=N]}. */
    public void series(Exchange exchange) {
        answering(exchange, query -> {
            TopicName topic = valid(() -> new TopicName(topic(query)));
            query.allowOnly("topic", "field", "from", "to", "points");
            InstantSource now = InstantSource.fixed(clock.instant());
            long until = Moment.micros(now.instant());
            // No message is older than 1970 or newer than this, and lengths of time stay numbers.
            long from = Math.max(0, ExportQuery.moment(query::get, "from", until - DAY_MICROS, now));
            long to = Math.min(LATEST, ExportQuery.moment(query::get, "to", until, now));
            if (from >= to) {
                throw badRequest("'from' must be before 'to'");
            }
            String text = Objects.requireNonNullElse(query.get("field"), "$");
            JsonPath path = path(text);
            int points = points(query.get("points"));
            List<SeriesBucket> buckets = store.series(new SeriesQuery(topic, path, from, to, points));
            JsonAnswer.answer(exchange, 200, json -> {
                json.writeStringField("topic", topic.value());
                json.writeStringField("field", shown(text));
                json.writeStringField("from", Moment.show(from));
                json.writeStringField("to", Moment.show(to));
                json.writeArrayFieldStart("points");
                for (SeriesBucket bucket : buckets) {
                    json.writeStartObject();
                    json.writeFieldName("t");
                    json.writeNumber(MessageJson.seconds(bucket.from()));
                    json.writeNumberField("count", bucket.count());
                    json.writeNumberField("min", bucket.min());
                    json.writeNumberField("max", bucket.max());
                    json.writeNumberField("mean", bucket.mean());
                    json.writeEndObject();
                }
                json.writeEndArray();
            });
        });
    }

    private static JsonPath path(String text) {
        if (text.length() > MAX_FIELD_LENGTH) {
            throw badRequest("'field' must not be longer than " + MAX_FIELD_LENGTH + " characters");
        }
        try {
            return JsonPath.parse(text.isEmpty() ? "$" : text);
        } catch (SyntaxException e) {
            throw badRequest("'field' is wrong " + e.getMessage());
        }
    }

    /** In short, and empty for the payload itself. */
    private static String shown(String text) {
        return text.equals("$") ? "" : text.startsWith("$.") ? text.substring(2) : text;
    }

    private static int points(@Nullable String text) {
        if (text == null) {
            return DEFAULT_POINTS;
        }
        int points = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
        if (points < 1 || points > MAX_POINTS) {
            throw badRequest("'points' must be a whole number from 1 to " + MAX_POINTS);
        }
        return points;
    }
}
