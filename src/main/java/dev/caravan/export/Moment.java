package dev.caravan.export;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads moments as people and scripts write them. */
public final class Moment {

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(?:\\d{1,40}(?:\\.\\d{0,40})?|\\.\\d{1,40})(?:[eE][+-]?\\d{1,2})?");
    private static final Pattern AGO = Pattern.compile("-(\\d{1,9})(s|m|h|d|w)");
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final long MICROS = 1_000_000;

    /** With and without seconds, fractions and zone; the zone as Z, +01:00, +0100 or +01. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .optionalStart()
            .parseLenient()
            .appendOffset("+HH:mm", "Z")
            .optionalEnd()
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    /** To the microsecond, always: what sorts as text sorts as time. */
    private static final DateTimeFormatter SHOWN = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
            .toFormatter(Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private Moment() {}

    /**
     * Microseconds since the epoch of a number of seconds since 1970, an ISO 8601 time (in UTC where it names no zone),
     * an ISO 8601 date (its midnight in UTC) or a time ago: {@code -15m}, {@code -1h}, {@code -7d}.
     *
     * <p>A number is rounded to the nearest microsecond, because a client that keeps our timestamp in a double and
     * prints it with more decimals must get that same microsecond back; a time is cut, because it is exact.
     *
     * @param parameter what the text was given for
     * @throws QueryException where the text is none of these
     */
    public static long parse(String parameter, String text, InstantSource clock) throws QueryException {
        String stripped = text.strip();
        if (NUMBER.matcher(stripped).matches()) {
            return clamp(new BigDecimal(stripped)
                    .movePointRight(6)
                    .setScale(0, RoundingMode.HALF_UP)
                    .toBigInteger());
        }
        Matcher ago = AGO.matcher(stripped);
        if (ago.matches()) {
            BigInteger back = new BigInteger(ago.group(1)).multiply(BigInteger.valueOf(seconds(ago.group(2)) * MICROS));
            return clamp(BigInteger.valueOf(micros(clock.instant())).subtract(back));
        }
        try {
            return micros(instant(stripped));
        } catch (DateTimeException e) {
            throw new QueryException(
                    parameter,
                    "must be seconds since 1970, an ISO 8601 time like 2026-01-31T12:00:00Z, or a time ago like -15m,"
                            + " -1h or -7d");
        }
    }

    private static long seconds(String unit) {
        return switch (unit) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3_600;
            case "d" -> 86_400;
            default -> 7 * 86_400;
        };
    }

    private static Instant instant(String text) {
        if (text.length() <= 10) {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        // In a query an unescaped + of the offset arrives as a space; the one between date and time is usual too.
        String iso = text.charAt(10) == ' ' ? text.substring(0, 10) + 'T' + text.substring(11) : text;
        iso = iso.replace(' ', '+').replaceFirst("(?<=.{16}[+-][0-9]{2})(?=[0-9]{2}$)", ":");
        TemporalAccessor time = TIME.parseBest(iso, OffsetDateTime::from, LocalDateTime::from);
        return time instanceof OffsetDateTime zoned
                ? zoned.toInstant()
                : ((LocalDateTime) time).toInstant(ZoneOffset.UTC);
    }

    /** Microseconds since the epoch, cut. */
    public static long micros(Instant instant) {
        return clamp(BigInteger.valueOf(instant.getEpochSecond())
                .multiply(BigInteger.valueOf(MICROS))
                .add(BigInteger.valueOf(instant.getNano() / 1_000)));
    }

    /** As ISO 8601 in UTC with microseconds, for example {@code 2026-01-31T12:00:00.000000Z}. */
    public static String show(long micros) {
        return SHOWN.format(
                Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000));
    }

    private static long clamp(BigInteger micros) {
        return micros.min(MAX).max(MIN).longValueExact();
    }
}
