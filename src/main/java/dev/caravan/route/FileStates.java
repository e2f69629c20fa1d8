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

/** Remembers when files were taken over and what is wrong with them. Used under the lock of {@link RouteFolder}. */
final class FileStates {

    private final CamelContext context;
    private final Clock clock;
    private final Map<String, Instant> loadedAt = new TreeMap<>();
    private final Map<String, List<String>> problems = new TreeMap<>();
    private final Set<String> names = new TreeSet<>();
    private final RouteCounters counters = new RouteCounters();

    FileStates(CamelContext context, Clock clock) {
        this.context = context;
        this.clock = clock;
        context.addRoutePolicyFactory(counters);
    }

    void runs(Collection<Draft> drafts) {
        for (Draft draft : drafts) {
            loadedAt.put(draft.file().name(), clock.instant());
            problems.remove(draft.file().name());
            names.add(draft.file().name());
        }
    }

    void failed(String name, List<Problem> found) {
        names.add(name);
        problems.put(
                name,
                found.stream().filter(p -> !p.warning()).map(Problem::toString).toList());
    }

    void forget(Collection<String> gone) {
        loadedAt.keySet().removeAll(gone);
        problems.keySet().removeAll(gone);
        names.removeAll(gone);
    }

    /** Forgets the counts of other routes. */
    void retainCounts(Collection<Draft> running) {
        counters.retain(running.stream()
                .flatMap(draft -> draft.routes().stream())
                .map(Item::id)
                .collect(Collectors.toSet()));
    }

    /** @param running what runs, by file name */
    List<RouteFileState> all(Map<String, Draft> running) {
        List<RouteFileState> states = new ArrayList<>();
        for (String name : names) {
            List<String> wrong = problems.getOrDefault(name, List.of());
            Draft draft = running.get(name);
            RouteFileState.Status status = draft == null
                    ? RouteFileState.Status.FAILED
                    : wrong.isEmpty() ? RouteFileState.Status.RUNNING : RouteFileState.Status.LAST_GOOD;
            List<RouteState> routes = draft == null
                    ? List.of()
                    : draft.routes().stream()
                            .map(route -> counters.state(context, route.id()))
                            .toList();
            states.add(new RouteFileState(name, loadedAt.get(name), status, wrong, routes));
        }
        return states;
    }
}
