package dev.caravan.fence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Component;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.StreamCache;
import org.apache.camel.util.OgnlHelper;
import org.jspecify.annotations.Nullable;

/**
 * Which methods an expression may call, in a chain such as {@code header(a).trim.length}. Of an exchange and its message
 * a few; of values and beans all whose name does not lead from a value to what runs the program.
 */
public final class MethodCalls {

    private static final Set<String> OF_THE_EXCHANGE = new TreeSet<>(Set.of(
            "body",
            "created",
            "exception",
            "exchangeid",
            "failed",
            "fromrouteid",
            "header",
            "headers",
            "in",
            "message",
            "messageid",
            "messagetimestamp",
            "pattern",
            "properties",
            "property",
            "size",
            "tostring",
            "variable",
            "variables"));

    private static final List<String> WAYS_OUT = List.of(
            "class",
            "component",
            "context",
            "endpoint",
            "exchange",
            "loader",
            "module",
            "registry",
            "request",
            "response");

    private MethodCalls() {}

    /**
     * @param calls null where the bean decides
     * @throws IllegalArgumentException if the calls are not allowed on the bean
     */
    static void demand(Object bean, @Nullable String calls) {
        boolean exchange = isExchange(bean);
        if (!exchange && !isOpen(bean) && !writesJson(bean, calls)) {
            throw refused("a method of " + bean.getClass().getName());
        }
        String wrong = refusedIn(calls == null ? "" : calls, exchange);
        if (wrong != null) {
            throw refused("method '" + wrong + "'");
        }
    }

    static IllegalArgumentException refused(String what) {
        return new IllegalArgumentException(what + " is not allowed in routes");
    }

    /**
     * The first call of a chain that is not allowed.
     *
     * @param exchange whether the chain begins with the exchange or its message
     */
    public static @Nullable String refusedIn(String calls, boolean exchange) {
        for (String call : OgnlHelper.splitOgnl(calls)) {
            String name = call.replaceFirst("^[.?]+", "")
                    .replaceFirst("(?s)[\\[(?].*", "")
                    .strip();
            if (!name.isEmpty() && !isAllowed(name.toLowerCase(Locale.ROOT), exchange)) {
                return name;
            }
        }
        return null;
    }

    private static boolean isAllowed(String name, boolean exchange) {
        String property = name.replaceFirst("^(get|is)(?=.)", "");
        return exchange ? OF_THE_EXCHANGE.contains(property) : WAYS_OUT.stream().noneMatch(name::contains);
    }

    private static boolean isExchange(Object bean) {
        return bean instanceof Exchange || bean instanceof Message;
    }

    /** The mapper of JSON can read files and be set; it may only write, and only into a text. */
    private static boolean writesJson(Object bean, @Nullable String calls) {
        return bean instanceof ObjectMapper
                && calls != null
                && (calls.equals("writeValueAsString") || calls.startsWith("writeValueAsString("));
    }

    /** What holds values, and our own beans. Components are registered as beans too, and can be set to anything. */
    private static boolean isOpen(Object bean) {
        return AllowedClasses.isValue(bean.getClass())
                || AllowedClasses.isBean(bean.getClass().getName())
                || bean instanceof Map<?, ?>
                || bean instanceof Map.Entry<?, ?>
                || bean instanceof Collection<?>
                || bean instanceof Iterator<?>
                || bean instanceof Enum<?>
                || bean instanceof JsonNode
                || bean instanceof StreamCache
                || (bean.getClass().getName().startsWith("dev.caravan.") && !(bean instanceof Component));
    }
}
