package dev.caravan.route;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.ExchangeHelper;
import org.jspecify.annotations.Nullable;

/**
 * Counts the exchanges of each route of a context, by id: a route that is replaced by a new version counts on. To be
 * added to the context before its routes. Costs two additions an exchange; safe for threads.
 */
final class RouteCounters implements RoutePolicyFactory {

    private final Map<String, Counts> routes = new ConcurrentHashMap<>();

    /**
     * What is done of one route id. No {@code RoutePolicySupport}: that is a service, which the context would keep for
     * each version of a route, and stop with the first.
     */
    private static final class Counts implements RoutePolicy {

        private final LongAdder exchanges = new LongAdder();
        private final LongAdder failures = new LongAdder();

        @Override
        public void onExchangeBegin(Route route, Exchange exchange) {}

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            exchanges.increment();
            if (exchange.isFailed() || ExchangeHelper.isFailureHandled(exchange)) {
                failures.increment();
            }
        }

        @Override
        public void onInit(Route route) {}

        @Override
        public void onStart(Route route) {}

        @Override
        public void onStop(Route route) {}

        @Override
        public void onSuspend(Route route) {}

        @Override
        public void onResume(Route route) {}

        @Override
        public void onRemove(Route route) {}
    }

    @Override
    public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode route) {
        return routes.computeIfAbsent(routeId, id -> new Counts());
    }

    /** How a route of the context is. */
    RouteState state(CamelContext context, String routeId) {
        Counts counts = routes.get(routeId);
        String description = description(context, routeId);
        return new RouteState(
                routeId,
                description == null ? "" : context.resolvePropertyPlaceholders(description),
                counts == null ? 0 : counts.exchanges.sum(),
                counts == null ? 0 : counts.failures.sum(),
                context.getInflightRepository().size(routeId));
    }

    /** That of the route, or the parameter of this name that a template was filled in with. */
    private static @Nullable String description(CamelContext context, String routeId) {
        Route route = context.getRoute(routeId);
        if (route == null || route.getDescription() != null) {
            return route == null ? null : route.getDescription();
        }
        RouteDefinition definition = ((ModelCamelContext) context).getRouteDefinition(routeId);
        return definition == null || definition.getTemplateParameters() == null
                ? null
                : (String) definition.getTemplateParameters().get("description");
    }

    /** Forgets all other routes: one that is added later under such an id begins at 0. */
    void retain(Set<String> routeIds) {
        routes.keySet().retainAll(routeIds);
    }
}
