package dev.caravan.http;

import dev.caravan.export.Moment;
import dev.caravan.export.QueryException;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The {@code since} parameter: after which moment, or after which message, a reader wants messages.
 *
 * @param time microseconds since the epoch; only messages with a greater timestamp. {@link Long#MIN_VALUE} for all
 * @param id only messages with a greater id; null where no id was named
 */
record Since(long time, @Nullable Long id) {

    private static final Pattern ID = Pattern.compile("id:([0-9]{1,19})");

    /**
     * @param text null for everything
     * @throws RequestException where the text is neither
     */
    static Since parse(@Nullable String text, InstantSource clock) {
        if (text == null) {
            return new Since(Long.MIN_VALUE, null);
        }
        Matcher id = ID.matcher(text.strip());
        if (id.matches()) {
            return new Since(Long.MIN_VALUE, parseId("since", id.group(1)));
        }
        try {
            return new Since(Moment.parse("since", text, clock), null);
        } catch (QueryException e) {
            throw RequestException.badRequest(e.getMessage() + ", or the id of a message like id:123");
        }
    }

    /** The message after which messages are wanted: an id is a time. */
    long afterId() {
        return id == null ? time : id;
    }

    /** @throws RequestException where the text is no id */
    static long parseId(String parameter, String text) {
        try {
            if (text.matches("[0-9]{1,19}")) {
                return Long.parseLong(text);
            }
        } catch (NumberFormatException e) {
            // Above all ids, told below.
        }
        throw RequestException.badRequest("'" + parameter + "' must be the id of a message");
    }
}
