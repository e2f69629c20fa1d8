package dev.caravan.http;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code since} parameter: after which moment a reader wants messages. */
final class Since {

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:\\d{1,40}(?:\\.\\d{0,40})?|\\.\\d{1,40})(?:[eE][+-]?\\d{1,2})?");
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

    private Since() {}

    /**
     * Microseconds since the epoch. A number is rounded to the nearest microsecond, because a client that keeps our
     * timestamp in a double and prints it with more decimals must get that same microsecond back; an ISO-8601 instant
     * is cut, because it is exact.
     *
     * @throws RequestException where the text is neither
     */
    static long parse(@Nullable String text) {
        if (text == null) {
            return Long.MIN_VALUE;
        }
        String number = text.strip();
        if (NUMBER.matcher(number).matches()) {
            return clamp(new BigDecimal(number)
                    .movePointRight(6)
                    .setScale(0, RoundingMode.HALF_UP)
                    .toBigInteger());
        }
        try {
            // In a query an unescaped + of the offset arrives as a space.
            Instant instant = Instant.parse(number.replace(' ', '+'));
            return clamp(BigInteger.valueOf(instant.getEpochSecond())
                    .multiply(BigInteger.valueOf(1_000_000))
                    .add(BigInteger.valueOf(instant.getNano() / 1_000)));
        } catch (DateTimeParseException e) {
            throw RequestException.badRequest(
                    "'since' must be a number of seconds since 1970 or an ISO-8601 instant like 2026-01-31T12:00:00Z");
        }
    }

    private static long clamp(BigInteger micros) {
        return micros.min(MAX).max(MIN).longValueExact();
    }
}
