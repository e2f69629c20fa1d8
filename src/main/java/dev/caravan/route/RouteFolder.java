package dev.caravan.route;

import dev.caravan.route.RouteFileState.Status;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes folder while the program runs: a saved file takes effect within a second, a file that cannot run changes
 * nothing and is reported with its name, line and reason.
 *
 * <p>Life cycle: {@link #load} once, then {@link #watch}; {@link #close} before the context stops. Safe for any thread.
 */
public final class RouteFolder implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RouteFolder.class);

    /** A change is applied when two looks in a row see the same: an editor may still be writing at the first. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final RouteSource source;
    private final RouteLoader loader;
    private final CamelContext context;
    private final RouteCounters counters = new RouteCounters();
    private final SortedMap<String, RouteFileState> states = new TreeMap<>();
    private final ScheduledExecutorService watcher =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "route-folder"));

    private SortedMap<String, Object> applied = new TreeMap<>();
    private SortedMap<String, Object> lastSeen = new TreeMap<>();
    private String lastProblem = "";

    /**
     * @param context where the routes run
     * @param folder the folder with {@code *.camel.yaml} files; when it does not exist the routes inside the jar run
     */
    public RouteFolder(CamelContext context, Path folder) {
        this.source = new RouteSource(folder);
        this.loader = new RouteLoader(context);
        this.context = context;
        context.addRoutePolicyFactory(counters);
    }

    /**
     * Adds every file's routes to the context, which may be started or not. A file that fills in a route template, such as
     * that of a bridge, is data more than program: one with a mistake is logged and left out, and runs once it is mended
     * and saved.
     *
     * @return what is wrong with the files that were left out
     * @throws RouteException for the first other file that cannot run
     */
    public synchronized List<RouteException> load() throws RouteException {
        try {
            source.otherYaml()
                    .forEach(name -> log.warn(
                            "{} is ignored: the name of a route file ends with {}",
                            source.location(name),
                            RouteFile.SUFFIX));
            applied = source.isEditable() ? source.stamps() : new TreeMap<>();
            lastSeen = applied;
            List<RouteException> problems = new ArrayList<>();
            List<RouteFile> withRoutes = new ArrayList<>();
            // What routes refer to must be there before them.
            for (RouteFile file : source.readAll().values()) {
                if (file.text().contains("routeConfiguration:") || file.text().contains("routeTemplate:")) {
                    begin(file, problems);
                } else {
                    withRoutes.add(file);
                }
            }
            for (RouteFile file : withRoutes) {
                begin(file, problems);
            }
            problems.forEach(problem -> log.error("not loaded, the other files' routes run: {}", problem.getMessage()));
            return problems;
        } catch (IOException e) {
            throw new RouteException(source.location("") + ": cannot be read: " + e, e);
        }
    }

    private void begin(RouteFile file, List<RouteException> problems) throws RouteException {
        try {
            loader.apply(file);
            remember(file.name(), "");
        } catch (RouteException e) {
            remember(file.name(), String.valueOf(e.getMessage()));
            if (!file.text().contains("templatedRoute:") || Reason.isSyntax(e)) {
                throw e;
            }
            problems.add(e);
        }
    }

    /** Begins to look for edits. Does nothing where the routes come from inside the jar. */
    public void watch() {
        if (source.isEditable()) {
            long millis = LOOK_EVERY.toMillis();
            watcher.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** How every file is, ordered by name. */
    public synchronized List<RouteFileState> states() {
        List<RouteFileState> all = new ArrayList<>();
        for (RouteFileState state : states.values()) {
            List<RouteState> routes = loader.routeIds(state.file()).stream()
                    .map(id -> counters.state(context, id))
                    .toList();
            all.add(new RouteFileState(state.file(), state.loadedAt(), state.status(), state.problems(), routes));
        }
        return all;
    }

    private void remember(String name, String problem) {
        RouteFileState old = states.get(name);
        Instant loadedAt = problem.isEmpty() ? Instant.now() : old == null ? null : old.loadedAt();
        Status status = problem.isEmpty() ? Status.RUNNING : loadedAt == null ? Status.FAILED : Status.LAST_GOOD;
        List<String> problems = problem.isEmpty() ? List.of() : List.of(problem);
        states.put(name, new RouteFileState(name, loadedAt, status, problems, List.of()));
        counters.retain(states.keySet().stream()
                .flatMap(file -> loader.routeIds(file).stream())
                .collect(Collectors.toSet()));
    }

    /** The file a route came from, for a message about it. */
    public synchronized String locationOf(String routeId) {
        return loader.locationOf(routeId);
    }

    @Override
    public void close() {
        watcher.shutdownNow();
        try {
            watcher.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void look() {
        try {
            SortedMap<String, Object> seen = source.stamps();
            if (seen.equals(lastSeen) && !seen.equals(applied)) {
                applyDifference(seen);
            }
            lastSeen = seen;
            lastProblem = "";
        } catch (IOException | RuntimeException e) {
            if (!e.toString().equals(lastProblem)) {
                lastProblem = e.toString();
                log.atWarn()
                        .addKeyValue("folder", source.location(""))
                        .log("routes folder cannot be read, its routes run on: {}", lastProblem);
            }
        }
    }

    private void applyDifference(SortedMap<String, Object> seen) {
        List<String> gone =
                applied.keySet().stream().filter(n -> !seen.containsKey(n)).toList();
        List<String> saved = seen.entrySet().stream()
                .filter(e -> !e.getValue().equals(applied.get(e.getKey())))
                .map(Map.Entry::getKey)
                .toList();
        applied = seen;
        gone.forEach(name -> report(name, () -> loader.remove(name)));
        gone.forEach(states::remove);
        saved.forEach(name -> report(name, () -> loader.apply(source.read(name))));
    }

    private interface Step {
        RouteLoader.Change run() throws RouteException, IOException;
    }

    private void report(String name, Step step) {
        long start = System.nanoTime();
        try {
            RouteLoader.Change change = step.run();
            remember(name, "");
            log.info(
                    "reloaded {}: {} {} changed, {} added, {} removed in {} ms",
                    source.location(name),
                    change.changed(),
                    change.changed() == 1 ? "route" : "routes",
                    change.added(),
                    change.removed(),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        } catch (RouteException e) {
            remember(name, String.valueOf(e.getMessage()));
            log.error("not reloaded, the last good version keeps running: {}", e.getMessage());
        } catch (IOException e) {
            remember(name, e.toString());
            log.error(
                    "not reloaded, the last good version keeps running: {} cannot be read: {}",
                    source.location(name),
                    e.toString());
        } catch (RuntimeException e) {
            log.error("not reloaded: {}", source.location(name), e);
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
