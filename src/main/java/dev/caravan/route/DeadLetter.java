package dev.caravan.route;

import java.util.Objects;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * A message that a route could not process.
 *
 * @param route the id of the route
 * @param topic empty where it did not come by MQTT
 * @param reason one line
 * @param payload what the message held when it came, as bytes
 */
public record DeadLetter(String route, String topic, String reason, byte[] payload) {

    private static final int LONGEST_REASON = 300;

    /** Of an exchange that failed. */
    public static DeadLetter of(Exchange exchange) {
        byte[] payload = exchange.getMessage().getBody(byte[].class);
        return new DeadLetter(
                Objects.requireNonNullElse(exchange.getFromRouteId(), "unknown"),
                exchange.getMessage().getHeader("CamelMqttTopic", "", String.class),
                reason(exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class)),
                payload == null ? new byte[0] : payload);
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
