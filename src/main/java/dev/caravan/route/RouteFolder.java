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
    private final RunningRoutes routes;
    private final Takeover takeover;
    private final FileStates states;
    private final ScheduledExecutorService watcher =
            Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "route-folder"));

    private SortedMap<String, Object> applied = new TreeMap<>();
    private Settling settling = new Settling(applied);
    private String lastProblem = "";

    /** Files that were warned of. */
    private final Set<String> ignored = new HashSet<>();

    /**
     * @param context where the routes run
     * @param folder the folder with {@code *.camel.yaml} and {@code *.kamelet.yaml} files; when it does not exist the
     *     routes inside the jar run
     * @param contexts makes contexts to check a file in, see {@link RouteChecker}
     */
    public RouteFolder(CamelContext context, Path folder, Supplier<? extends CamelContext> contexts, Clock clock) {
        Fence.around(context);
        this.source = new RouteSource(folder);
        this.routes = new RunningRoutes(context);
        this.takeover = new Takeover(new Judge(new RouteChecker(contexts)), routes);
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
            warnOfOthers();
            applied = source.isEditable() ? source.stamps() : new TreeMap<>();
            settling = new Settling(applied);
            List<Draft> drafts = drafts(source);
            Map<String, List<Problem>> bad = apply(drafts, Set.of(), found -> demandLenient(drafts, found))
                    .bad();
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
     * @param drafts what was {@link #read} from the folder
     */
    public static List<Problem> check(Path folder, List<Draft> drafts, Supplier<? extends CamelContext> contexts)
            throws IOException {
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
        problems.addAll(new Judge(new RouteChecker(contexts)).problems(drafts));
        return problems;
    }

    /**
     * The files of a folder; one that cannot be read is a draft with problems.
     *
     * @param folder where it does not exist, the routes inside the jar are read
     */
    public static List<Draft> read(Path folder) throws IOException {
        return drafts(new RouteSource(folder));
    }

    private static List<Draft> drafts(RouteSource source) throws IOException {
        return source.readAll().stream().map(RouteFolder::draft).toList();
    }

    /** Whether a folder holds route files itself. */
    public static boolean isOne(Path folder) throws IOException {
        return !new RouteSource(folder).stamps().isEmpty();
    }

    private static Draft draft(RouteSource.Reading reading) {
        return reading.problem() == null
                ? Draft.read(reading.file())
                : new Draft(reading.file(), List.of(), List.of(reading.problem()));
    }

    private static void demandLenient(Collection<Draft> drafts, Map<String, List<Problem>> bad) throws RouteException {
        List<Problem> serious = new ArrayList<>();
        for (Draft draft : drafts) {
            List<Problem> found = bad.get(draft.file().name());
            if (found != null && (draft.isBroken() || !draft.isTemplated())) {
                serious.addAll(found);
            }
        }
        if (!serious.isEmpty()) {
            throw new RouteException(serious);
        }
    }

    private Takeover.Outcome apply(Collection<Draft> drafts, Collection<String> gone, Takeover.Objection objection)
            throws RouteException {
        Takeover.Outcome outcome = takeover.apply(drafts, gone, objection);
        states.forget(outcome.gone());
        states.runs(outcome.good());
        outcome.bad().forEach(states::failed);
        states.settle(routes.files());
        return outcome;
    }

    /** Begins to look for edits. Where the routes come from inside the jar, says so if a folder appears in their place. */
    public void watch() {
        long millis = LOOK_EVERY.toMillis();
        Runnable look = source.isEditable() ? this::look : this::lookForFolder;
        watcher.scheduleWithFixedDelay(look, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void lookForFolder() {
        if (source.isFolderNew()) {
            log.warn("{} is there now, but the built-in routes run: restart to use it", source.location(""));
            watcher.shutdown();
        }
    }

    private void warnOfOthers() throws IOException {
        List<String> others = source.otherYaml();
        others.stream()
                .filter(ignored::add)
                .forEach(name -> log.warn(
                        "{} is ignored: the name of a route file ends with {}",
                        source.location(name),
                        RouteFile.SUFFIX));
        ignored.retainAll(others);
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
            warnOfOthers();
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
        Set<String> news = new HashSet<>(gone);
        saved.forEach(draft -> news.add(draft.file().name()));
        routes.files().keySet().stream()
                .filter(name -> !takeover.isWaiting(name))
                .forEach(news::add);
        try {
            Takeover.Outcome outcome = apply(saved, gone, bad -> {});
            report(outcome, news, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        } catch (RouteException e) {
            log.error("not reloaded: {}", e.getMessage());
        }
    }

    /** @param news files that were saved or deleted just now, and those that nothing was wrong with before */
    private void report(Takeover.Outcome outcome, Set<String> news, long millis) {
        outcome.changes()
                .forEach((name, change) -> log.info(
                        "reloaded {}: {} {} changed, {} added, {} removed in {} ms",
                        source.location(name),
                        change.changed(),
                        change.changed() == 1 ? "route" : "routes",
                        change.added(),
                        change.removed(),
                        millis));
        outcome.bad().forEach((name, problems) -> {
            if (news.contains(name)) {
                log.error(
                        "not reloaded, {}: {}",
                        routes.files().containsKey(name) ? "the last good version keeps running" : "nothing of it runs",
                        RouteException.oneLine(problems));
            }
        });
        outcome.good().forEach(draft -> draft.problems().forEach(warning -> log.warn("{}", warning)));
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }
}
