package dev.caravan.export;

import dev.caravan.topic.TopicFilter;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is exported, and how.
 *
 * @param topics whose messages
 * @param from microseconds since the epoch, inclusive
 * @param to microseconds since the epoch, exclusive
 * @param limit how many messages at most, the oldest
 * @param filter which of them, null for all
 * @param format how they are written
 * @param columns of CSV: fields of the payload in place of the payload
 * @param raw of CSV: every cell as it is, also those that a spreadsheet would run as a formula
 */
public record ExportQuery(
        TopicFilter topics,
        long from,
        long to,
        long limit,
        @Nullable PayloadFilter filter,
        ExportFormat format,
        Columns columns,
        boolean raw) {

    /** The largest limit that can be asked for; it is that of a question without one. */
    public static final long MAX_LIMIT = 1_000_000_000;

    /**
     * Reads the parameters {@code topic, from, to, limit, filter, format, columns, raw}; without one of them: everything,
     * as JSON.
     *
     * @param parameters gives the text of a parameter, or null
     * @throws QueryException naming the parameter and the rule
     */
    public static ExportQuery parse(Function<String, @Nullable String> parameters, InstantSource clock)
            throws QueryException {
        InstantSource now = InstantSource.fixed(clock.instant()); // So from=-1h&to=-1h is no time at all.
        long from = moment(parameters, "from", Long.MIN_VALUE, now);
        long to = moment(parameters, "to", Long.MAX_VALUE, now);
        if (from >= to) {
            throw new QueryException("from", "must be before 'to'");
        }
        ExportFormat format =
                ExportFormat.parse("format", text(parameters, "format").orElse("json"));
        Columns columns = Columns.parse("columns", parameters.apply("columns"));
        if (!columns.isEmpty() && format != ExportFormat.CSV) {
            throw new QueryException("columns", "is for the format csv");
        }
        String filter = parameters.apply("filter");
        return new ExportQuery(
                topics("topic", parameters.apply("topic")),
                from,
                to,
                limit(parameters.apply("limit")),
                filter == null ? null : PayloadFilter.parse("filter", filter),
                format,
                columns,
                flag("raw", parameters.apply("raw")));
    }

    /** @throws QueryException where it is missing or no Topic Filter */
    public static TopicFilter topics(String parameter, @Nullable String text) throws QueryException {
        if (text == null || text.isEmpty()) {
            throw new QueryException(parameter, "is missing");
        }
        try {
            return new TopicFilter(text);
        } catch (IllegalArgumentException e) {
            throw new QueryException(parameter, "is no Topic Filter: " + e.getMessage());
        }
    }

    /** The moment that a parameter names, or another where it is absent. */
    public static long moment(
            Function<String, @Nullable String> parameters, String name, long otherwise, InstantSource clock)
            throws QueryException {
        String text = parameters.apply(name);
        return text == null ? otherwise : Moment.parse(name, text, clock);
    }

    private static long limit(@Nullable String text) throws QueryException {
        if (text == null) {
            return MAX_LIMIT;
        }
        long limit = text.matches("[0-9]{1,10}") ? Long.parseLong(text) : 0;
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new QueryException("limit", "must be a whole number from 1 to " + MAX_LIMIT);
        }
        return limit;
    }

    private static boolean flag(String parameter, @Nullable String text) throws QueryException {
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.equals("true")) {
            return true;
        }
        throw new QueryException(parameter, "must be true or false");
    }

    private static Optional<String> text(Function<String, @Nullable String> parameters, String name) {
        return Optional.ofNullable(parameters.apply(name));
    }
}
