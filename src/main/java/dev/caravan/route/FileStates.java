package dev.caravan.route;

import dev.caravan.check.Draft;
import dev.caravan.check.Item;
import dev.caravan.check.Problem;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;

/** Remembers when files were taken over and what is wrong with them. Safe for threads: it is asked while routes are exchanged. */
final class FileStates {

    private final CamelContext context;
    private final Clock clock;
    private final Map<String, Instant> loadedAt = new TreeMap<>();
    private final Map<String, List<String>> problems = new TreeMap<>();
    /** The route ids of the files that run. */
    private final Map<String, List<String>> running = new TreeMap<>();

    private final Set<String> names = new TreeSet<>();
    private final RouteCounters counters = new RouteCounters();

    FileStates(CamelContext context, Clock clock) {
        this.context = context;
        this.clock = clock;
        context.addRoutePolicyFactory(counters);
    }

    synchronized void runs(Collection<Draft> drafts) {
        for (Draft draft : drafts) {
            loadedAt.put(draft.file().name(), clock.instant());
            problems.remove(draft.file().name());
            names.add(draft.file().name());
        }
    }

    synchronized void failed(String name, List<Problem> found) {
        names.add(name);
        problems.put(
                name,
                found.stream().filter(p -> !p.warning()).map(Problem::toString).toList());
    }

    synchronized void forget(Collection<String> gone) {
        loadedAt.keySet().removeAll(gone);
        problems.keySet().removeAll(gone);
        names.removeAll(gone);
    }

    /** @param files that run now, after a change */
    synchronized void settle(Map<String, Draft> files) {
        running.clear();
        files.forEach((name, draft) ->
                running.put(name, draft.routes().stream().map(Item::id).toList()));
        counters.retain(running.values().stream().flatMap(List::stream).collect(Collectors.toSet()));
    }

    synchronized List<RouteFileState> all() {
        List<RouteFileState> states = new ArrayList<>();
        for (String name : names) {
            List<String> wrong = problems.getOrDefault(name, List.of());
            List<String> ids = running.get(name);
            RouteFileState.Status status = ids == null
                    ? RouteFileState.Status.FAILED
                    : wrong.isEmpty() ? RouteFileState.Status.RUNNING : RouteFileState.Status.LAST_GOOD;
            List<RouteState> routes = ids == null
                    ? List.of()
                    : ids.stream().map(id -> counters.state(context, id)).toList();
            states.add(new RouteFileState(name, loadedAt.get(name), status, wrong, routes));
        }
        return states;
    }
}
