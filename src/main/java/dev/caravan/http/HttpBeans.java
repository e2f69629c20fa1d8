package dev.caravan.http;

import dev.caravan.store.MessageStore;
import java.time.Duration;
import java.time.InstantSource;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** The beans that the HTTP routes and {@code store-keep-messages} name in YAML. */
public final class HttpBeans {

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private HttpBeans() {}

    /**
     * Binds {@code messageStore}, {@code httpPublish}, {@code httpReaders}, {@code httpConsumers}, {@code httpHistory}, {@code httpTopics} and
     * {@code httpStatus}; call it before the routes are added. What they need to run starts and stops with the context.
     */
    public static void bind(
            CamelContext context, MessageStore store, StatusSource status, BrokerLimits limits, InstantSource clock)
            throws Exception {
        bind(context, store, status, limits, clock, HEARTBEAT);
    }

    static void bind(
            CamelContext context,
            MessageStore store,
            StatusSource status,
            BrokerLimits limits,
            InstantSource clock,
            Duration heartbeat)
            throws Exception {
        LiveFeed feed = new LiveFeed(store);
        context.addService(feed);
        Registry registry = context.getRegistry();
        registry.bind("messageStore", new MessageKeeper(store));
        registry.bind("httpPublish", new HttpPublish(store, limits, clock));
        registry.bind("httpReaders", new HttpReaders(store, feed, clock, heartbeat));
        registry.bind("httpConsumers", new HttpConsumers(store));
        registry.bind("httpHistory", new HttpHistory(store, clock));
        registry.bind("httpTopics", new HttpTopics(store, feed));
        registry.bind("httpStatus", new HttpStatus(store, status, clock));
    }
}
