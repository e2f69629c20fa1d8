package dev.caravan;

import dev.caravan.route.RouteFileState;
import dev.caravan.route.RouteState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What {@code GET /routes} and the topics {@code $SYS/broker/routes/+/state} tell of the route files. */
final class RouteReport {

    private RouteReport() {}

    static List<Map<String, Object>> of(List<RouteFileState> files) {
        return files.stream().map(RouteReport::describe).toList();
    }

    static Map<String, Object> describe(RouteFileState state) {
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("file", state.file());
        file.put("state", state.status().name().toLowerCase(Locale.ROOT).replace('_', '-'));
        file.put("loaded_at", state.loadedAt() == null ? "" : state.loadedAt().toString());
        file.put("last_error", String.join("; ", state.problems()));
        file.put(
                "exchanges",
                state.routes().stream().mapToLong(RouteState::exchanges).sum());
        file.put(
                "failures",
                state.routes().stream().mapToLong(RouteState::failures).sum());
        file.put("routes", state.routes().stream().map(RouteReport::describe).toList());
        return file;
    }

    private static Map<String, Object> describe(RouteState state) {
        Map<String, Object> route = new LinkedHashMap<>();
        route.put("id", state.id());
        route.put("description", state.description());
        route.put("exchanges", state.exchanges());
        route.put("failures", state.failures());
        route.put("in_flight", state.inFlight());
        return route;
    }
}
