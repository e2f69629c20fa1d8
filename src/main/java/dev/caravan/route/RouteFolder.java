package dev.caravan.route;

import dev.caravan.check.Draft;
import dev.caravan.check.Problem;
import dev.caravan.check.RouteChecker;
import dev.caravan.check.RouteFile;
import dev.caravan.fence.Fence;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routes folder while the program runs: a saved file takes effect within a second, a file that cannot run changes
 * nothing and is reported with line and reason. Files saved together are taken over together.
 *
 * <p>Life cycle: {@link #load} once, then {@link #watch}; {@link #close} before the context stops. Safe for any thread.
 */
public final class RouteFolder implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(RouteFolder.class);

    /** A change is applied when two looks in a row see the same: an editor may still be writing at the first. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final RouteSource source;
    private final Judge judge;
    private final RunningRoutes routes;
    private final FileStates states;
    private final ScheduledExecutorService watcher =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "route-folder"));

    private SortedMap<String, Object> applied = new TreeMap<>();
    private Settling settling = new Settling(applied);
    private String lastProblem = "";

    /** Files whose last version cannot run: what they miss may come with another file. */
    private final Map<String, Draft> waiting = new TreeMap<>();

    /**
     * Those of them that look right and do not start: trying one again stops what runs of it, so an edit of another file
     * must not.
     */
    private final Set<String> unstartable = new TreeSet<>();

    /** Files that are deleted but needed. */
    private final Set<String> leaving = new TreeSet<>();

    /**
     * @param context where the routes run
     * @param folder the folder with {@code *.camel.yaml} and {@code *.kamelet.yaml} files; when it does not exist the
     *     routes inside the jar run
     * @param contexts makes contexts to check a file in, see {@link RouteChecker}
     */
    public RouteFolder(CamelContext context, Path folder, Supplier<? extends CamelContext> contexts, Clock clock) {
        Fence.around(context);
        this.source = new RouteSource(folder);
        this.judge = new Judge(new RouteChecker(contexts));
        this.routes = new RunningRoutes(context);
        this.states = new FileStates(context, clock);
    }

    /**
     * Adds every file's routes to the context, which may be started or not. A file that fills in a route template, such as
     * that of a bridge, is data more than program: one with a mistake is logged and left out, and runs once it is mended
     * and saved.
     *
     * @return what is wrong with the files that were left out
     * @throws RouteException for the other files that cannot run; nothing of any file runs then
     */
    public synchronized List<Problem> load() throws RouteException {
        try {
            source.otherYaml()
                    .forEach(name -> log.warn(
                            "{} is ignored: the name of a route file ends with {}",
                            source.location(name),
                            RouteFile.SUFFIX));
            applied = source.isEditable() ? source.stamps() : new TreeMap<>();
            settling = new Settling(applied);
            List<Draft> drafts =
                    source.readAll().stream().map(RouteFolder::draft).toList();
            Map<String, List<Problem>> bad =
                    apply(drafts, Set.of(), RouteFolder::demandLenient).bad();
            List<Problem> problems = new ArrayList<>();
            bad.forEach((name, found) -> {
                problems.addAll(found);
                log.error("not loaded, the other files' routes run: {}", RouteException.oneLine(found));
            });
            return problems;
        } catch (IOException e) {
            throw new RouteException(
                    List.of(Problem.inFile(new RouteFile("", source.location(""), ""), "cannot be read: " + e, "")));
        }
    }

    /**
     * Everything that is wrong with the files of a folder, warnings too. Runs nothing.
     *
     * @param folder where it does not exist, the routes inside the jar are looked at
     */
    public static List<Problem> check(Path folder, Supplier<? extends CamelContext> contexts) throws IOException {
        RouteSource source = new RouteSource(folder);
        List<Problem> problems = new ArrayList<>();
        for (String name : source.otherYaml()) {
            problems.add(new Problem(
                    source.location(name),
                    0,
                    0,
                    true,
                    "is ignored",
                    "the name of a route file ends with " + RouteFile.SUFFIX));
        }
        List<Draft> drafts = source.readAll().stream().map(RouteFolder::draft).toList();
        problems.addAll(new Judge(new RouteChecker(contexts)).problems(drafts));
        return problems;
    }

    /**
     * The files of a folder; one that cannot be read is a draft with problems.
     *
     * @param folder where it does not exist, the routes inside the jar are read
     */
    public static List<Draft> read(Path folder) throws IOException {
        return new RouteSource(folder)
                .readAll().stream().map(RouteFolder::draft).toList();
    }

    private static Draft draft(RouteSource.Reading reading) {
        return reading.problem() == null
                ? Draft.read(reading.file())
                : new Draft(reading.file(), List.of(), List.of(reading.problem()));
    }

    private static void demandLenient(Collection<Draft> drafts, Verdict verdict) throws RouteException {
        List<Problem> serious = new ArrayList<>();
        for (Draft draft : drafts) {
            List<Problem> found = verdict.bad().get(draft.file().name());
            if (found != null && (draft.isBroken() || !draft.isTemplated())) {
                serious.addAll(found);
            }
        }
        if (!serious.isEmpty()) {
            throw new RouteException(serious);
        }
    }

    /** Looks at a verdict before it is carried out. */
    private interface Objection {
        void raise(Collection<Draft> drafts, Verdict verdict) throws RouteException;
    }

    private record Outcome(Map<String, Change> changes, Map<String, List<Problem>> bad) {}

    private Outcome apply(Collection<Draft> drafts, Collection<String> gone, Objection objection)
            throws RouteException {
        drafts.forEach(draft -> {
            waiting.put(draft.file().name(), draft);
            leaving.remove(draft.file().name());
        });
        waiting.keySet().removeAll(gone);
        drafts.forEach(draft -> unstartable.remove(draft.file().name()));
        unstartable.retainAll(routes.files().keySet());
        for (String name : gone) {
            if (routes.files().containsKey(name)) {
                leaving.add(name);
            } else {
                states.forget(Set.of(name));
            }
        }
        Map<String, List<Problem>> bad = new TreeMap<>();
        Map<String, Draft> saved = new TreeMap<>(waiting);
        saved.keySet().removeAll(unstartable);
        Set<String> going = new TreeSet<>(leaving);
        Map<String, Change> changes = null;
        while (changes == null) {
            Verdict verdict = judge.judge(routes.files(), saved.values(), going);
            bad.putAll(verdict.bad());
            objection.raise(drafts, new Verdict(verdict.good(), verdict.gone(), bad));
            try {
                changes = routes.exchange(verdict.good(), verdict.gone());
                waiting.keySet().removeAll(verdict.good().keySet());
                leaving.removeAll(verdict.gone());
                states.forget(verdict.gone());
                states.runs(verdict.good().values());
            } catch (RunningRoutes.StartFailure e) {
                // It does not start although it looked right: once more without it, or, where it is a file that uses
                // what others changed, without those.
                List<Problem> found = List.of(judge.explain(e.draft(), e));
                Set<String> blamed = saved.containsKey(e.draft().file().name())
                        ? Set.of(e.draft().file().name())
                        : new TreeSet<>(verdict.good().keySet());
                blamed.forEach(name -> bad.put(name, found));
                saved.keySet().removeAll(blamed);
                unstartable.addAll(blamed);
                if (blamed.isEmpty()) {
                    verdict.gone().forEach(name -> bad.put(name, found));
                    going.clear();
                }
            }
        }
        bad.forEach((name, problems) -> states.failed(name, problems));
        states.settle(routes.files());
        return new Outcome(changes, bad);
    }

    /** Begins to look for edits. Does nothing where the routes come from inside the jar. */
    public void watch() {
        if (source.isEditable()) {
            long millis = LOOK_EVERY.toMillis();
            watcher.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** How each file is, by name. Never waits for a route that takes long to stop. */
    public List<RouteFileState> states() {
        return states.all();
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

    /** One look at the folder; what differs is taken over when two looks in a row have seen it. */
    synchronized void look() {
        try {
            SortedMap<String, Object> finished = settling.look(applied, source.stamps());
            if (!finished.equals(applied)) {
                applyDifference(finished);
            }
            lastProblem = "";
        } catch (IOException e) {
            if (!e.toString().equals(lastProblem)) {
                lastProblem = e.toString();
                log.atWarn()
                        .addKeyValue("folder", source.location(""))
                        .log("routes folder cannot be read, its routes run on: {}", lastProblem);
            }
        } catch (RuntimeException | Error e) {
            // Whatever a file makes happen, the next one must be seen.
            log.error("not reloaded, a fault of the program; save the file again to try once more", e);
        }
    }

    private void applyDifference(SortedMap<String, Object> finished) throws IOException {
        long start = System.nanoTime();
        List<String> gone =
                applied.keySet().stream().filter(n -> !finished.containsKey(n)).toList();
        List<String> changed = finished.keySet().stream()
                .filter(name -> !Objects.equals(finished.get(name), applied.get(name)))
                .toList();
        List<Draft> saved =
                changed.stream().map(name -> draft(source.read(name))).toList();
        SortedMap<String, Object> now = source.stamps();
        if (changed.stream().anyMatch(name -> !Objects.equals(finished.get(name), now.get(name)))) {
            // Saved again while it was read: what was read may be half of it.
            return;
        }
        applied = finished;
        Map<String, Draft> waitedBefore = new TreeMap<>(waiting);
        try {
            Outcome outcome = apply(saved, gone, (drafts, verdict) -> {});
            report(outcome, saved, waitedBefore, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        } catch (RouteException e) {
            log.error("not reloaded: {}", e.getMessage());
        }
    }

    private void report(Outcome outcome, List<Draft> saved, Map<String, Draft> waitedBefore, long millis) {
        outcome.changes()
                .forEach((name, change) -> log.info(
                        "reloaded {}: {} {} changed, {} added, {} removed in {} ms",
                        source.location(name),
                        change.changed(),
                        change.changed() == 1 ? "route" : "routes",
                        change.added(),
                        change.removed(),
                        millis));
        Set<String> news = new HashSet<>();
        saved.forEach(draft -> news.add(draft.file().name()));
        outcome.bad().forEach((name, problems) -> {
            if (news.contains(name) || !waitedBefore.containsKey(name)) {
                log.error(
                        "not reloaded, {}: {}",
                        routes.files().containsKey(name) ? "the last good version keeps running" : "nothing of it runs",
                        RouteException.oneLine(problems));
            }
        });
        for (Draft draft : saved) {
            if (outcome.changes().containsKey(draft.file().name())) {
                draft.problems().forEach(warning -> log.warn("{}", warning));
            }
        }
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
