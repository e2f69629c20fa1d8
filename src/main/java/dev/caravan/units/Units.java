package dev.caravan.units;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Values with a unit: {@code 64MB}, {@code 7d}. Sizes are powers of 1,024; a size without a unit is bytes, a time always has
 * one.
 */
public final class Units {

    private static final Pattern WITH_UNIT = Pattern.compile("(\\d{1,12}) ?([A-Za-z]*)");
    private static final Map<String, Long> BYTES =
            Map.of("", 1L, "B", 1L, "KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30, "TB", 1L << 40);
    private static final Map<String, Long> SECONDS = Map.of("s", 1L, "m", 60L, "h", 3_600L, "d", 86_400L);

    private Units() {}

    /** Whether a value is a whole number within two bounds. */
    public static boolean isWhole(String value, long min, long max) {
        return value.matches("\\d{1,12}") && within(Long.parseLong(value), min, max);
    }

    /** Whether a value is a size within two bounds in bytes. */
    public static boolean isBytes(String value, long min, long max) {
        return within(parse(value, BYTES), min, max);
    }

    /** Whether a value is a time within two bounds in seconds. */
    public static boolean isSeconds(String value, long min, long max) {
        return within(parse(value, SECONDS), min, max);
    }

    /** The bytes of a size; -1 where it is none. */
    public static long bytes(String value) {
        return parse(value, BYTES);
    }

    /** The seconds of a time; -1 where it is none. */
    public static long seconds(String value) {
        return parse(value, SECONDS);
    }

    private static boolean within(long value, long min, long max) {
        return value >= min && value <= max;
    }

    /** @return the value in the smallest unit, or -1 where it is not one */
    private static long parse(String value, Map<String, Long> units) {
        Matcher matcher = WITH_UNIT.matcher(value);
        if (!matcher.matches() || !units.containsKey(matcher.group(2))) {
            return -1;
        }
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), units.get(matcher.group(2)));
        } catch (ArithmeticException e) {
            return -1;
        }
    }
}
