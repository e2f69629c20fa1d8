package dev.caravan.fence;

import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.engine.DefaultClassResolver;
import org.apache.camel.spi.ClassResolver;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;

/**
 * The classes that a route can name: values to convert to, exceptions to catch, what aggregates messages. For every other
 * name there is no class, wherever the name comes from.
 */
public final class AllowedClasses extends DefaultClassResolver {

    /** Whole packages; what is in them only holds or calculates values. */
    private static final Set<String> PACKAGES = Set.of("java.math", "java.time", "com.fasterxml.jackson.databind.node");

    private static final Set<String> VALUES = Set.of(
            "java.lang.Boolean",
            "java.lang.Byte",
            "java.lang.CharSequence",
            "java.lang.Character",
            "java.lang.Double",
            "java.lang.Float",
            "java.lang.Integer",
            "java.lang.Iterable",
            "java.lang.Long",
            "java.lang.Number",
            "java.lang.Object",
            "java.lang.Short",
            "java.lang.String",
            "java.io.ByteArrayInputStream",
            "java.io.InputStream",
            "java.io.Reader",
            "java.nio.ByteBuffer",
            "java.util.ArrayList",
            "java.util.Calendar",
            "java.util.Collection",
            "java.util.Date",
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.Iterator",
            "java.util.LinkedHashMap",
            "java.util.LinkedHashSet",
            "java.util.List",
            "java.util.Locale",
            "java.util.Map",
            "java.util.Set",
            "java.util.TreeMap",
            "java.util.TreeSet",
            "java.util.UUID",
            "com.fasterxml.jackson.databind.JsonNode");

    private static final String AGGREGATE = "org.apache.camel.processor.aggregate.";
    private static final String IDEMPOTENT = "org.apache.camel.support.processor.idempotent.";

    private static final Set<String> BEANS = Set.of(
            AGGREGATE + "GroupedBodyAggregationStrategy",
            AGGREGATE + "GroupedExchangeAggregationStrategy",
            AGGREGATE + "GroupedMessageAggregationStrategy",
            AGGREGATE + "MemoryAggregationRepository",
            AGGREGATE + "StringAggregationStrategy",
            AGGREGATE + "UseLatestAggregationStrategy",
            AGGREGATE + "UseOriginalAggregationStrategy",
            IDEMPOTENT + "MemoryIdempotentRepository");

    /** @param all whose class loaders are asked */
    AllowedClasses(CamelContext context, ClassResolver all) {
        super(context);
        all.getClassLoaders().forEach(this::addClassLoader);
    }

    /** Whether a route may have an object made of a class. */
    public static boolean isBean(String className) {
        return BEANS.contains(className);
    }

    /** Whether a route may name a class as the type of a value. */
    public static boolean isType(String className) {
        Class<?> type = ObjectHelper.loadClass(className, AllowedClasses.class.getClassLoader());
        return type != null && isValue(type);
    }

    /** Whether a class is of values: calling their methods reaches nothing else. */
    static boolean isValue(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return element.isPrimitive()
                || VALUES.contains(element.getName())
                || PACKAGES.contains(element.getPackageName())
                || Throwable.class.isAssignableFrom(element);
    }

    @Override
    protected @Nullable Class<?> loadClass(String name, @Nullable ClassLoader loader) {
        Class<?> loaded = super.loadClass(name, loader);
        return loaded != null && (isValue(loaded) || isBean(loaded.getName())) ? loaded : null;
    }
}
