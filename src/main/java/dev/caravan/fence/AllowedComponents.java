package dev.caravan.fence;

import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentResolver;
import org.jspecify.annotations.Nullable;

/** The components that a route may name, also where a message names them as with {@code toD} and {@code recipientList}. */
public final class AllowedComponents implements ComponentResolver {

    /** By their names in a URI. */
    public static final Set<String> SCHEMES = new TreeSet<>(Set.of(
            "bean",
            "csv-log",
            "direct",
            "kamelet",
            "log",
            "mock",
            "mqtt-bridge",
            "paho-mqtt5",
            "platform-http",
            "seda",
            "timer"));

    private final ComponentResolver found;

    AllowedComponents(ComponentResolver found) {
        this.found = found;
    }

    @Override
    public @Nullable Component resolveComponent(String name, CamelContext context) throws Exception {
        if (name.equals("bean")) {
            return new RegisteredBeans();
        }
        return SCHEMES.contains(name) ? found.resolveComponent(name, context) : null;
    }
}
