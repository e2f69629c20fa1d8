package dev.caravan.csv;

import dev.caravan.units.Units;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * When a file is closed and the next one begun. Immutable.
 *
 * @param period how long one file lasts
 * @param maxBytes how large a file gets; {@link Long#MAX_VALUE} for as large as it may
 * @param zone whose days and hours count
 */
record Rotation(Period period, long maxBytes, ZoneId zone) {

    enum Period {
        ALWAYS,
        HOUR,
        DAY
    }

    /**
     * The time of one file, in milliseconds since the epoch.
     *
     * @param from inclusive
     * @param to exclusive
     */
    record Span(long from, long to) {

        /**
         * Whether a row of this time needs another file. A clock that went back by less than a whole period changes
         * nothing: the row goes into the file that is open, as a file for each correction by NTP helps nobody.
         */
        boolean ends(long millis) {
            return millis >= to || from != Long.MIN_VALUE && millis < from - (to - from);
        }
    }

    private static final long SMALLEST_BYTES = 1L << 10;
    private static final long LARGEST_BYTES = 100L << 40;
    private static final Span EVER = new Span(Long.MIN_VALUE, Long.MAX_VALUE);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH", Locale.ROOT);

    /** What {@link #label} makes. */
    static final Pattern LABEL = Pattern.compile("\\d{4}-\\d\\d-\\d\\d(?:T\\d\\d)?");

    /** A file that grows for ever, unless its header changes. */
    static Rotation never(ZoneId zone) {
        return new Rotation(Period.ALWAYS, Long.MAX_VALUE, zone);
    }

    /**
     * @param text {@code day}, {@code hour}, a size, or one of the first two and a size with a comma between
     * @throws IllegalArgumentException saying what was wrong
     */
    static Rotation parse(String text, ZoneId zone) {
        Period period = Period.ALWAYS;
        long maxBytes = Long.MAX_VALUE;
        for (String part : text.split(",", -1)) {
            String word = part.strip();
            if ((word.equals("day") || word.equals("hour")) && period == Period.ALWAYS) {
                period = word.equals("day") ? Period.DAY : Period.HOUR;
            } else if (isSize(word) && maxBytes == Long.MAX_VALUE) {
                maxBytes = Units.bytes(word);
            } else {
                throw new IllegalArgumentException(
                        "'rotate' must be 'day', 'hour', a size such as '100MB', or 'day,100MB', was '" + text + "'");
            }
        }
        return new Rotation(period, maxBytes, zone);
    }

    /** Whether a word is a size of files. A number alone could be meant as rows or files. */
    static boolean isSize(String word) {
        return Units.isBytes(word, SMALLEST_BYTES, LARGEST_BYTES) && !Units.isWhole(word, 0, Long.MAX_VALUE);
    }

    /** The period that a time lies in. */
    Span span(long millis) {
        if (period == Period.ALWAYS) {
            return EVER;
        }
        ZonedDateTime time = Instant.ofEpochMilli(millis).atZone(zone);
        // A day begins when its date does: at 01:00 where the clocks go forward at midnight.
        ZonedDateTime from = period == Period.HOUR
                ? time.truncatedTo(ChronoUnit.HOURS)
                : time.toLocalDate().atStartOfDay(zone);
        ZonedDateTime to = period == Period.HOUR
                ? from.plusHours(1)
                : time.toLocalDate().plusDays(1).atStartOfDay(zone);
        return new Span(from.toInstant().toEpochMilli(), to.toInstant().toEpochMilli());
    }

    /** The part of a closed file's name that says when its rows came; sorts by time. */
    String label(long millis) {
        return (period == Period.HOUR ? HOUR : DAY)
                .format(Instant.ofEpochMilli(millis).atZone(zone));
    }
}
