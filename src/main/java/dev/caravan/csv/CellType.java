package dev.caravan.csv;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a column takes. The cell is the value as it came; a type only refuses. */
enum CellType {
    ANY("anything"),
    NUMBER("a number"),
    INTEGER("a number without fraction"),
    TEXT("a text"),
    BOOLEAN("true or false"),
    TIME("a time as in RFC 3339, such as 2026-05-01T12:00:00Z");

    private static final Pattern JSON_NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");
    private static final Pattern JSON_INTEGER = Pattern.compile("-?(0|[1-9]\\d*)");

    private final String rule;

    CellType(String rule) {
        this.rule = rule;
    }

    /** @throws IllegalArgumentException if there is none of the name */
    static CellType named(String name) {
        return Arrays.stream(values())
                .filter(type -> type != ANY && type.word().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the type must be one of "
                        + Arrays.stream(values())
                                .filter(type -> type != ANY)
                                .map(CellType::word)
                                .collect(Collectors.joining(", "))
                        + ", was '" + name + "'; a name with ':' stands in double quotes"));
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the type takes, in words. */
    String rule() {
        return rule;
    }

    /** @param value of a JSON field, never null */
    boolean takes(Object value) {
        return switch (this) {
            case ANY -> true;
            case NUMBER ->
                value instanceof Number number && Double.isFinite(number.doubleValue())
                        || value instanceof BigDecimal
                        || value instanceof BigInteger;
            case INTEGER ->
                value instanceof Integer
                        || value instanceof Long
                        || value instanceof BigInteger
                        || value instanceof Short
                        || value instanceof Byte;
            case TEXT -> value instanceof CharSequence;
            case BOOLEAN -> value instanceof Boolean;
            case TIME -> value instanceof CharSequence text && isTime(text);
        };
    }

    /** Whether text that has no type of its own, such as a level of a topic, reads as one of this type. */
    boolean takesText(String text) {
        return switch (this) {
            case ANY, TEXT -> true;
            case NUMBER -> JSON_NUMBER.matcher(text).matches();
            case INTEGER -> JSON_INTEGER.matcher(text).matches();
            case BOOLEAN -> text.equals("true") || text.equals("false");
            case TIME -> isTime(text);
        };
    }

    private static boolean isTime(CharSequence text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    /** What a value is, in the words of JSON. */
    static String kindOf(Object value) {
        if (value instanceof Number) {
            return "a number";
        }
        if (value instanceof Boolean) {
            return "true or false";
        }
        if (value instanceof CharSequence) {
            return "a text";
        }
        return value instanceof java.util.Map ? "an object" : "an array";
    }
}
