package dev.caravan.http;

import dev.caravan.store.MessageStore;
import java.time.InstantSource;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** The beans that the HTTP routes and {@code store-keep-messages} name in YAML. */
public final class HttpBeans {

    private HttpBeans() {}

    /** Binds {@code messageStore}, {@code httpPublish} and {@code httpHistory}; call it before the routes are added. */
    public static void bind(
            CamelContext context, MessageStore store, StatusSource status, BrokerLimits limits, InstantSource clock) {
        Registry registry = context.getRegistry();
        registry.bind("messageStore", new MessageKeeper(store));
        registry.bind("httpPublish", new HttpPublish(store, limits, clock));
        registry.bind("httpHistory", new HttpHistory(store, status, clock));
    }
}
