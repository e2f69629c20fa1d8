package dev.caravan.route;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a route file is, a snapshot.
 *
 * @param file its name
 * @param loadedAt when the version that runs was loaded; null if none runs
 * @param problems why what was saved last does not run, each with file and, where it is known, line; empty if it does
 * @param routes those of the version that runs, by id; none for a file that holds what others use
 */
public record RouteFileState(
        String file, @Nullable Instant loadedAt, Status status, List<String> problems, List<RouteState> routes) {

    /** Which version of a file runs. */
    public enum Status {
        /** What was saved last. */
        RUNNING,
        /** The one before, as what was saved last cannot run. */
        LAST_GOOD,
        /** None. */
        FAILED
    }

    public RouteFileState {
        problems = List.copyOf(problems);
        routes = List.copyOf(routes);
    }
}
