package dev.caravan.route;

import dev.caravan.check.Draft;
import dev.caravan.check.Item;
import dev.caravan.check.ItemReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Route;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.component.kamelet.Kamelet;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Puts items into the running context, one by one, and takes them out with everything that came with them. Used by one
 * thread at a time.
 */
final class ContextItems {

    /** How long a route that is replaced may finish the exchanges it has begun, in seconds. */
    private static final int STOP_TIMEOUT_SECONDS = 5;

    private static final int LOOK_AGAIN_MILLIS = 5;

    private final ModelCamelContext context;
    private final Set<Item> routes = Collections.newSetFromMap(new IdentityHashMap<>());

    /** What each configuration has become: one that holds for every route has no id to find it by. */
    private final Map<Item, List<RouteConfigurationDefinition>> configurations = new IdentityHashMap<>();

    ContextItems(ModelCamelContext context) {
        this.context = context;
    }

    boolean isStarted(String routeId) {
        return context.getRoute(routeId) != null
                && context.getRouteController().getRouteStatus(routeId).isStarted();
    }

    /** A route is started if the context is. When this throws, a part may be there: {@link #remove} takes it away. */
    void add(Draft draft, Item item) throws Exception {
        List<Item> items = new ArrayList<>(item.isRoute() ? draft.scope() : List.of());
        items.add(item);
        List<RouteConfigurationDefinition> before = List.copyOf(context.getRouteConfigurationDefinitions());
        if (item.isRoute()) {
            routes.add(item);
        }
        try {
            ItemReader.add(context, draft.file(), items);
        } finally {
            if (item.kind() == Item.Kind.CONFIGURATION) {
                List<RouteConfigurationDefinition> after = new ArrayList<>(context.getRouteConfigurationDefinitions());
                after.removeAll(before);
                configurations.put(item, after);
            }
        }
    }

    void remove(Item item) throws Exception {
        switch (item.kind()) {
            case ROUTE, TEMPLATED_ROUTE -> {
                routes.remove(item);
                removeRoute(item.id());
                removeKamelets(item);
            }
            case TEMPLATE, KAMELET -> {
                RouteTemplateDefinition template = context.getRouteTemplateDefinition(item.id());
                if (template != null) {
                    context.removeRouteTemplateDefinition(template);
                }
            }
            case CONFIGURATION -> {
                for (RouteConfigurationDefinition each : configurations.getOrDefault(item, List.of())) {
                    context.removeRouteConfiguration(each);
                }
            }
            case BEANS -> {
                for (String name : item.id().split(",")) {
                    context.getRegistry().unbind(name);
                }
            }
            case SCOPE -> {}
        }
        configurations.remove(item);
    }

    /**
     * Camel leaves the routes of the Kamelets behind that a route has used, and with their endpoints would give them to its
     * next version, with the old Kamelet in them. Routes that use a Kamelet in the same way share one.
     */
    private void removeKamelets(Item user) throws Exception {
        for (RouteDefinition route : List.copyOf(context.getRouteDefinitions())) {
            Map<String, Object> parameters = route.getTemplateParameters();
            if (parameters != null && user.id().equals(parameters.get("parentRouteId"))) {
                String kamelet = String.valueOf(parameters.get(Kamelet.PARAM_TEMPLATE_ID));
                boolean shared = !user.beginsWith("kamelet:" + kamelet)
                        && routes.stream().anyMatch(other -> other.mentions(kamelet));
                if (!shared) {
                    removeRoute(route.getRouteId());
                    removeEndpoints(route.getRouteId());
                }
            }
        }
    }

    private void removeEndpoints(String kameletRoute) throws Exception {
        for (Endpoint endpoint : List.copyOf(context.getEndpoints())) {
            if (endpoint instanceof KameletEndpoint kamelet && kameletRoute.equals(kamelet.getRouteId())) {
                context.removeEndpoint(endpoint);
            }
        }
    }

    /**
     * Takes no new messages and waits for those in flight. Camel would do the same, but looks only once a second whether
     * they are done, and for a busy route that second is a gap. Routes that are called are left to Camel, which lets them
     * be called until the end.
     */
    private void finishExchanges(Route route, long end) throws InterruptedException {
        Consumer consumer = route.getConsumer();
        if (consumer instanceof ShutdownAware aware
                && aware.deferShutdown(ShutdownRunningTask.CompleteCurrentTaskOnly)) {
            return;
        }
        ServiceHelper.suspendService(consumer);
        while (context.getInflightRepository().size(route.getId()) > 0 && System.nanoTime() < end) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private void removeRoute(String id) throws Exception {
        Route route = context.getRoute(id);
        if (route != null) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_TIMEOUT_SECONDS);
            finishExchanges(route, end);
            long left = Math.max(1, TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime()));
            context.getRouteController().stopRoute(id, left, TimeUnit.SECONDS);
            context.removeRoute(id);
        }
        RouteDefinition definition = context.getRouteDefinition(id);
        if (definition != null) {
            context.removeRouteDefinition(definition);
        }
    }
}
