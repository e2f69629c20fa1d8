package dev.caravan.check;

import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.spi.ComponentResolver;
import org.apache.camel.support.PluginHelper;
import org.jspecify.annotations.Nullable;

/**
 * Keeps components that routes may not name out of a context that runs routes. What a file says is refused when it is
 * read; this stands behind that for what a message says, as with {@code toD} and {@code recipientList}.
 */
public final class AllowedComponents implements ComponentResolver {

    private final ComponentResolver found;

    private AllowedComponents(ComponentResolver found) {
        this.found = found;
    }

    /** Do it before routes are added. */
    public static void guard(CamelContext context) {
        ComponentResolver resolver = PluginHelper.getComponentResolver(context);
        if (!(resolver instanceof AllowedComponents)) {
            context.getCamelContextExtension()
                    .addContextPlugin(ComponentResolver.class, new AllowedComponents(resolver));
        }
    }

    @Override
    public @Nullable Component resolveComponent(String name, CamelContext context) throws Exception {
        return Permissions.isAllowed(name) ? found.resolveComponent(name, context) : null;
    }
}
