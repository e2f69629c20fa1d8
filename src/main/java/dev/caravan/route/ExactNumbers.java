package dev.caravan.route;

import java.math.BigDecimal;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.TypeConverterExists;
import org.apache.camel.spi.TypeConverterRegistry;
import org.apache.camel.support.SimpleTypeConverter;
import org.jspecify.annotations.Nullable;

/**
 * Lets conditions compare numbers by their value. Camel 4.17.0 compares unlike number types as whole numbers first, and
 * cuts fractions off to get there: a body of 35.9 as {@code BigDecimal} is not above 35.0, and as {@code Double} not
 * above 35. With these converters a number with a fraction has no whole number, and Camel goes on to compare as
 * {@code double}.
 */
public final class ExactNumbers {

    private static final int LONGEST_LONG = 19;
    private static final int LONGEST_FRACTION = 1_000;

    private ExactNumbers() {}

    /** Call it before routes are added. */
    public static void register(CamelContext context) {
        TypeConverterRegistry registry = context.getTypeConverterRegistry();
        TypeConverterExists before = registry.getTypeConverterExists();
        registry.setTypeConverterExists(TypeConverterExists.Override);
        SimpleTypeConverter converter = new SimpleTypeConverter(false, ExactNumbers::whole);
        registry.addTypeConverter(Long.class, BigDecimal.class, converter);
        registry.addTypeConverter(Long.class, Double.class, converter);
        registry.addTypeConverter(Long.class, Float.class, converter);
        registry.setTypeConverterExists(before);
    }

    /** Throws where there is no whole number: null would let Camel try its own converters after all. */
    private static Object whole(Class<?> type, @Nullable Exchange exchange, Object value) {
        // Infinity and NaN are no decimals and throw here already.
        BigDecimal number =
                value instanceof BigDecimal decimal ? decimal : BigDecimal.valueOf(((Number) value).doubleValue());
        // Looked at first: the digits of 1e999999999 would take for ever to write out.
        if ((long) number.precision() - number.scale() > LONGEST_LONG || number.scale() > LONGEST_FRACTION) {
            throw new ArithmeticException("not a whole number that fits 64 bits");
        }
        return number.longValueExact();
    }
}
