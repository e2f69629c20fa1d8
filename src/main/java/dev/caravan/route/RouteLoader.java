package dev.caravan.route;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RouteTemplateContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.PropertiesSource;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.jspecify.annotations.Nullable;

/**
 * Puts the routes of one file into the running context, or none of them. Camel's own reload loses routes on good and on
 * bad edits, so a file is parsed in a throw-away context first and its last good version goes
 * back in when the new one does not start.
 *
 * <p>Used by one thread at a time.
 */
final class RouteLoader {

    /** How long a route that is replaced may finish the exchanges it has begun, in seconds. */
    private static final int STOP_TIMEOUT_SECONDS = 5;

    private final ModelCamelContext context;
    private final Map<String, Loaded> files = new TreeMap<>();

    /** A file that runs, with the ids of its routes. */
    private record Loaded(RouteFile file, Set<String> routeIds) {}

    /** What one applied file did to the routes. */
    record Change(int changed, int added, int removed) {}

    RouteLoader(CamelContext context) {
        this.context = (ModelCamelContext) context;
    }

    /**
     * Loads a file, new or changed. A file that others use takes those with it: all of them run with the new version, or
     * all with the old. When this throws, the last good versions run on.
     */
    Change apply(RouteFile file) throws RouteException {
        Loaded old = files.get(file.name());
        Change change = exchange(file);
        if (isShared(file.name())) {
            List<Loaded> users =
                    files.values().stream().filter(l -> !l.routeIds().isEmpty()).toList();
            try {
                // Routes hold the configuration they were built with.
                exchangeAll(users);
            } catch (RouteException e) {
                if (old != null) {
                    exchange(old.file());
                    exchangeAll(users);
                }
                throw new RouteException(file, "cannot be used by " + e.getMessage());
            }
        }
        return change;
    }

    private void exchangeAll(List<Loaded> users) throws RouteException {
        for (Loaded user : users) {
            exchange(user.file());
        }
    }

    private Change exchange(RouteFile file) throws RouteException {
        Set<String> parsed = parse(file);
        Loaded old = files.get(file.name());
        Set<String> before = old == null ? Set.of() : old.routeIds();
        try {
            stop(before);
            files.remove(file.name());
            load(file, parsed);
        } catch (Exception e) {
            stop(parsed);
            if (old != null) {
                restore(old, e);
            }
            throw e instanceof RouteException known ? known : new RouteException(file, e);
        }
        int kept = (int) parsed.stream().filter(before::contains).count();
        return new Change(kept, parsed.size() - kept, before.size() - kept);
    }

    /** Takes a deleted file's routes away. */
    Change remove(String name) throws RouteException {
        Loaded old = files.remove(name);
        if (old == null) {
            return new Change(0, 0, 0);
        }
        stop(old.routeIds());
        return new Change(0, 0, old.routeIds().size());
    }

    /** Whether a file has no route of its own but something that others use: configurations, templates, beans. */
    boolean isShared(String name) {
        Loaded loaded = files.get(name);
        return loaded != null && loaded.routeIds().isEmpty();
    }

    /** The routes of a file that run; none where it does not. */
    Set<String> routeIds(String name) {
        Loaded loaded = files.get(name);
        return loaded == null ? Set.of() : loaded.routeIds();
    }

    /** The file a route came from, for a message about it. */
    String locationOf(String routeId) {
        return files.values().stream()
                .filter(l -> l.routeIds().contains(routeId))
                .map(l -> l.file().location())
                .findFirst()
                .orElse("route '" + routeId + "'");
    }

    /** Reads the file without touching the running context. Returns its route ids. */
    private Set<String> parse(RouteFile file) throws RouteException {
        if (file.text().isBlank()) {
            throw new RouteException(file, "is empty; delete the file to take its routes away");
        }
        Set<String> ids = new LinkedHashSet<>();
        try (DefaultCamelContext throwAway = new DefaultCamelContext()) {
            throwAway.getPropertiesComponent().addPropertiesSource(new PropertiesSource() {
                @Override
                public String getName() {
                    return "running context";
                }

                @Override
                public @Nullable String getProperty(String name) {
                    return context.getPropertiesComponent()
                            .resolveProperty(name)
                            .orElse(null);
                }
            });
            throwAway.addRouteTemplateDefinitions(context.getRouteTemplateDefinitions());
            int known = throwAway.getRouteTemplateDefinitions().size();
            addDefinitions(throwAway, file);
            for (RouteDefinition route : throwAway.getRouteDefinitions()) {
                demandConfigurations(file, route, throwAway);
                demandTemplateBeans(route);
                if (!ids.add(route.getRouteId())) {
                    throw new RouteException(file, "has two routes with id '" + route.getRouteId() + "'");
                }
            }
            boolean usedByOthers = !throwAway.getRouteConfigurationDefinitions().isEmpty()
                    || throwAway.getRouteTemplateDefinitions().size() > known
                    || file.text().contains("beans:");
            if (ids.isEmpty() && !usedByOthers) {
                throw new RouteException(file, "has no route; a route file is a list that begins with '- route:'");
            }
        } catch (RouteException e) {
            throw e;
        } catch (Exception e) {
            throw new RouteException(file, e);
        }
        Map<String, String> owners = new HashMap<>();
        files.forEach((name, loaded) -> loaded.routeIds().forEach(id -> owners.put(id, name)));
        for (String id : ids) {
            String owner = owners.get(id);
            if (owner != null && !owner.equals(file.name())) {
                throw new RouteException(file, "has a route with id '" + id + "', which " + owner + " has too");
            }
        }
        return ids;
    }

    /** Camel takes a configuration that does not exist for none, and the route's failures for nobody's business. */
    private void demandConfigurations(RouteFile file, RouteDefinition route, ModelCamelContext parsed)
            throws RouteException {
        if (route.getRouteConfigurationId() == null) {
            return;
        }
        Set<String> known = new TreeSet<>();
        context.getRouteConfigurationDefinitions().forEach(c -> known.add(c.getId()));
        parsed.getRouteConfigurationDefinitions().forEach(c -> known.add(c.getId()));
        for (String id : route.getRouteConfigurationId().split(",")) {
            if (!id.contains("*") && !known.contains(id.strip())) {
                throw new RouteException(
                        file,
                        "route '" + route.getRouteId() + "': routeConfigurationId '" + id.strip()
                                + "' does not exist, there are " + known);
            }
        }
    }

    /** What a template makes of its parameters: a mistake in them must be found before the running route is stopped. */
    private static void demandTemplateBeans(RouteDefinition route) {
        RouteTemplateContext template = route.getRouteTemplateContext();
        if (template != null && template.getLocalBeanRepository() != null) {
            template.getLocalBeanRepository().findByType(Object.class);
        }
    }

    private void load(RouteFile file, Set<String> ids) throws Exception {
        addDefinitions(context, file);
        files.put(file.name(), new Loaded(file, ids));
    }

    private static void addDefinitions(CamelContext target, RouteFile file) throws Exception {
        Resource resource = ResourceHelper.fromString(file.name(), file.text());
        Collection<RoutesBuilder> builders =
                PluginHelper.getRoutesLoader(target).findRoutesBuilders(List.of(resource));
        for (RoutesBuilder builder : builders) {
            if (builder instanceof RouteConfigurationsBuilder configurations) {
                configurations.updateRouteConfigurationsToCamelContext(target);
            }
        }
        for (RoutesBuilder builder : builders) {
            target.addRoutes(builder);
        }
        // Last, as a file may hold the template too.
        for (RoutesBuilder builder : builders) {
            target.addTemplatedRoutes(builder);
        }
    }

    private void restore(Loaded old, Exception reason) throws RouteException {
        try {
            stop(old.routeIds());
            load(old.file(), old.routeIds());
        } catch (Exception e) {
            e.addSuppressed(reason);
            throw new RouteException(
                    old.file().location() + ": neither the new nor the last good version starts" + Reason.of(reason),
                    e);
        }
    }

    private void stop(Set<String> routeIds) throws RouteException {
        for (String id : routeIds) {
            try {
                if (context.getRoute(id) != null) {
                    context.getRouteController().stopRoute(id, STOP_TIMEOUT_SECONDS, TimeUnit.SECONDS);
                    context.removeRoute(id);
                }
                RouteDefinition definition = context.getRouteDefinition(id);
                if (definition != null) {
                    context.removeRouteDefinition(definition);
                }
            } catch (Exception e) {
                throw new RouteException(locationOf(id) + ": route '" + id + "' does not stop", e);
            }
        }
    }
}
