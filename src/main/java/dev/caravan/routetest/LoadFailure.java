package dev.caravan.routetest;

import java.util.Collection;
import java.util.List;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;

/** What Camel throws for routes that do not load, in one line with the file. */
final class LoadFailure {

    private static final int LONGEST = 400;

    private LoadFailure() {}

    /** @param files that were loaded, the one that is tested last */
    static String describe(Throwable failure, Collection<RouteText> files) {
        String message = "";
        String routeId = "";
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof FailedToCreateRouteException create) {
                routeId = create.getRouteId();
            } else if (t instanceof FailedToStartRouteException start) {
                routeId = start.getRouteId();
            }
            if (t.getMessage() != null && !t.getMessage().isBlank()) {
                message = t.getMessage();
            }
        }
        String line = message.isEmpty()
                ? failure.getClass().getSimpleName()
                : message.strip().replaceAll("\\s*\\R\\s*", " ");
        return file(routeId, files) + ": does not start: "
                + (line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line);
    }

    private static String file(String routeId, Collection<RouteText> files) {
        List<String> locations = files.stream()
                .filter(file -> routeId.isEmpty() || file.routeIds().contains(routeId))
                .map(RouteText::location)
                .toList();
        return locations.isEmpty() ? "route '" + routeId + "'" : locations.get(locations.size() - 1);
    }
}
