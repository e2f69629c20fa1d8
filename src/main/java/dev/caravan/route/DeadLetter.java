package dev.caravan.route;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * A message that a route could not process.
 *
 * @param route the id of the route
 * @param topic empty where it did not come by MQTT
 * @param reason one line
 * @param kind what such messages are counted by, such as {@code JsonParseException: Duplicate field}: the exception and
 *     what its message says before anything that may come from the payload
 * @param payload what the message held when it came, as bytes
 */
public record DeadLetter(String route, String topic, String reason, String kind, byte[] payload) {

    private static final int LONGEST_REASON = 300;
    /** Up to the first quote, digit or whatever else sets off a value. */
    private static final Pattern FIXED_WORDS = Pattern.compile("[\\p{L} _-]{1,60}");

    /** Of an exchange that failed. */
    public static DeadLetter of(Exchange exchange) {
        byte[] payload = exchange.getMessage().getBody(byte[].class);
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        String reason = reason(failure);
        return new DeadLetter(
                Objects.requireNonNullElse(exchange.getFromRouteId(), "unknown"),
                exchange.getMessage().getHeader("CamelMqttTopic", "", String.class),
                reason,
                kind(failure, reason),
                payload == null ? new byte[0] : payload);
    }

    private static String kind(@Nullable Throwable failure, String reason) {
        if (failure == null) {
            return reason;
        }
        String name = failure.getClass().getSimpleName();
        Matcher words = FIXED_WORDS.matcher(reason);
        return words.lookingAt() && !reason.equals(name)
                ? name + ": " + words.group().strip()
                : name;
    }

    /** The first sentence of what went wrong: parsers add the place in the source on further lines. */
    private static String reason(@Nullable Throwable failure) {
        if (failure == null) {
            return "unknown";
        }
        String message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        String first = message.lines().findFirst().orElse("").strip();
        return first.length() > LONGEST_REASON ? first.substring(0, LONGEST_REASON) + "..." : first;
    }
}
