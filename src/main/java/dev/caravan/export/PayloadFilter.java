package dev.caravan.export;

import dev.caravan.json.JsonPath;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A condition on the JSON in a payload, for example {@code $.temperature > 20 && $.unit == "C"}. Its text may come from
 * anybody: it calls nothing, its length and depth are bounded, and so is the work for a message.
 *
 * <p>Comparisons are those of RFC 9535 (JSONPath), 2.3.5.2.2: numbers by value, strings by code point, unlike types are
 * unequal and neither is less. A field that is not there equals only another that is not there, and a payload that is no
 * JSON has no field. Immutable, thread-safe.
 */
public final class PayloadFilter {

    private final PayloadFields fields;
    private final Condition condition;

    PayloadFilter(List<JsonPath> paths, Condition condition) {
        this.fields = new PayloadFields(paths);
        this.condition = condition;
    }

    /**
     * @param parameter what the text was given for
     * @throws QueryException naming the rule and the place
     */
    public static PayloadFilter parse(String parameter, String text) throws QueryException {
        return new PayloadFilterParser(parameter, text).parse();
    }

    /** Whether the condition holds for a message with this payload. */
    public boolean matches(byte[] payload) {
        return condition.holds(fields.of(payload));
    }

    /** A part of the condition; values come by the index of their path. */
    sealed interface Condition {
        boolean holds(@Nullable FieldValue[] values);
    }

    record And(Condition left, Condition right) implements Condition {
        @Override
        public boolean holds(@Nullable FieldValue[] values) {
            return left.holds(values) && right.holds(values);
        }
    }

    record Or(Condition left, Condition right) implements Condition {
        @Override
        public boolean holds(@Nullable FieldValue[] values) {
            return left.holds(values) || right.holds(values);
        }
    }

    record Not(Condition inner) implements Condition {
        @Override
        public boolean holds(@Nullable FieldValue[] values) {
            return !inner.holds(values);
        }
    }

    record Exists(int path) implements Condition {
        @Override
        public boolean holds(@Nullable FieldValue[] values) {
            return values[path] != null;
        }
    }

    record Comparison(Operand left, Operator operator, Operand right) implements Condition {
        @Override
        public boolean holds(@Nullable FieldValue[] values) {
            FieldValue a = left.value(values);
            FieldValue b = right.value(values);
            return switch (operator) {
                case EQUAL -> equal(a, b);
                case UNEQUAL -> !equal(a, b);
                case LESS -> less(a, b);
                case GREATER -> less(b, a);
                case LESS_OR_EQUAL -> less(a, b) || equal(a, b);
                case GREATER_OR_EQUAL -> less(b, a) || equal(a, b);
            };
        }
    }

    enum Operator {
        EQUAL,
        UNEQUAL,
        LESS,
        GREATER,
        LESS_OR_EQUAL,
        GREATER_OR_EQUAL
    }

    /** @param path the index of a path, or -1 for the literal */
    record Operand(int path, @Nullable FieldValue literal) {
        @Nullable
        FieldValue value(@Nullable FieldValue[] values) {
            return path < 0 ? literal : values[path];
        }
    }

    private static boolean equal(@Nullable FieldValue a, @Nullable FieldValue b) {
        if (a == null || b == null) {
            return a == b;
        }
        if (a.kind() != b.kind()) {
            return false;
        }
        return switch (a.kind()) {
            case NUMBER -> compareNumbers(a.text(), b.text()) == 0;
            case STRING, NESTED -> a.text().equals(b.text());
            case TRUE, FALSE, NULL -> true;
        };
    }

    private static boolean less(@Nullable FieldValue a, @Nullable FieldValue b) {
        if (a == null || b == null || a.kind() != b.kind()) {
            return false;
        }
        return switch (a.kind()) {
            case NUMBER -> compareNumbers(a.text(), b.text()) < 0;
            case STRING -> compareCodePoints(a.text(), b.text()) < 0;
            default -> false;
        };
    }

    /** By value, exactly, where that is cheap; a number of a thousand digits is compared as a double. */
    private static int compareNumbers(String a, String b) {
        if (a.length() <= 40 && b.length() <= 40) {
            try {
                return new BigDecimal(a).compareTo(new BigDecimal(b));
            } catch (NumberFormatException e) {
                // An exponent beyond that of BigDecimal.
                return Double.compare(Double.parseDouble(a), Double.parseDouble(b));
            }
        }
        return Double.compare(Double.parseDouble(a), Double.parseDouble(b));
    }

    private static int compareCodePoints(String a, String b) {
        int i = 0;
        int length = Math.min(a.length(), b.length());
        while (i < length && a.charAt(i) == b.charAt(i)) {
            i++;
        }
        if (i == length) {
            return Integer.compare(a.length(), b.length());
        }
        char x = a.charAt(i);
        char y = b.charAt(i);
        // A surrogate stands for a code point above all others.
        boolean high = Character.isSurrogate(x);
        return high == Character.isSurrogate(y) ? Character.compare(x, y) : high ? 1 : -1;
    }
}
