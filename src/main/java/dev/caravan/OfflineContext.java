package dev.caravan;

import dev.caravan.fence.Fence;
import dev.caravan.settings.Settings;
import java.time.Clock;
import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.spi.PlatformHttpEngine;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultConsumer;

/**
 * Makes Camel contexts in which routes find all that they find in the running program, but nothing runs: for looking at
 * a file before it is used, and for tests.
 *
 * <p>A context comes unstarted and without routes. Building and initialising routes in it opens no port, connects
 * nowhere and touches no file; starting it does neither as long as no endpoint of a route that does is started. Whoever
 * takes it closes it. Safe for threads.
 */
public final class OfflineContext implements Supplier<CamelContext> {

    private final Settings settings;
    private final Clock clock;

    /** @param clock what the parts of the context take for the time */
    public OfflineContext(Settings settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public CamelContext get() {
        DefaultCamelContext context = new DefaultCamelContext();
        context.disableJMX();
        Listeners listeners = new Listeners(settings);
        Properties placeholders = new Properties();
        placeholders.putAll(RouteEquipment.placeholders(settings, listeners.mqttUrl()));
        context.getPropertiesComponent().setOverrideProperties(placeholders);
        context.getRegistry().bind(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME, new NoHttpServer());
        try {
            new RouteEquipment(settings, clock, Stores.inMemory(settings, clock), listeners, null)
                    .install(context, List::of);
        } catch (Exception e) {
            throw new IllegalStateException("the parts that routes may name do not fit together", e);
        }
        Fence.around(context);
        return context;
    }

    /** Serves {@code platform-http:} endpoints by never asking them anything. */
    private static final class NoHttpServer implements PlatformHttpEngine {

        @Override
        public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
            return new Silent(endpoint, processor);
        }
    }

    private static final class Silent extends DefaultConsumer implements PlatformHttpConsumer {

        private final PlatformHttpEndpoint endpoint;

        Silent(PlatformHttpEndpoint endpoint, Processor processor) {
            super(endpoint, processor);
            this.endpoint = endpoint;
        }

        @Override
        public PlatformHttpEndpoint getEndpoint() {
            return endpoint;
        }
    }
}
