package dev.caravan.routetest;

import dev.caravan.check.Draft;
import dev.caravan.check.Problem;
import dev.caravan.check.RouteChecker;
import dev.caravan.route.RouteFolder;
import dev.caravan.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.camel.CamelContext;

/**
 * The tests beside the routes of one folder: {@code tests/<route id>.test.yaml}. Files are read once, when this is made;
 * a file that cannot be used becomes a test that fails and says why.
 */
public final class RouteTests {

    /** Where routes are tried. */
    @FunctionalInterface
    public interface Contexts {

        /**
         * An unstarted context without routes, in which nothing leaves the program.
         *
         * @param settings that differ from those of the run
         * @param clock what the routes take for the time
         * @throws SettingsException if the settings break a rule
         */
        CamelContext create(Map<String, String> settings, Clock clock) throws SettingsException;
    }

    private static final String READABLE = "can be read";

    private final TestFiles files;
    private final Contexts contexts;
    private final List<Draft> routes;
    private final SortedSet<String> routeIds = new TreeSet<>();
    private final List<RouteTest> tests = new ArrayList<>();
    private final Set<String> tested = new HashSet<>();

    /** What is wrong with the test files themselves. */
    private final List<Problem> problems = new ArrayList<>();

    private RouteTests(TestFiles files, List<Draft> drafts, Contexts contexts) {
        this.files = files;
        this.contexts = contexts;
        this.routes = drafts.stream().filter(draft -> !draft.isBroken()).toList();
        routes.forEach(draft -> draft.routes().forEach(route -> routeIds.add(route.id())));
        Set<String> unreadable = new HashSet<>();
        drafts.stream().filter(Draft::isBroken).forEach(draft -> {
            unreadable.add(draft.file().stem());
            tests.add(new RouteTest(
                    draft.file().stem(), READABLE, draft.file().location(), () -> errors(draft.problems())));
        });
        files.testNames().stream()
                .filter(name -> !unreadable.contains(routeOf(name)))
                .forEach(this::addFile);
    }

    private static List<String> errors(List<Problem> problems) {
        return problems.stream()
                .filter(p -> !p.warning())
                .map(Problem::toString)
                .toList();
    }

    /** The tests of a folder of {@code *.camel.yaml} files; where it does not exist, those of the routes inside the jar. */
    public static RouteTests in(Path routes, Contexts contexts) throws IOException {
        return of(routes, RouteFolder.read(routes), contexts);
    }

    /** The tests of a folder whose route files were read before. */
    public static RouteTests of(Path routes, List<Draft> drafts, Contexts contexts) throws IOException {
        TestFiles files = Files.isDirectory(routes) ? TestFiles.in(routes) : TestFiles.builtIn();
        return new RouteTests(files, drafts, contexts);
    }

    /** What keeps test files from being used. */
    public List<Problem> problems() {
        return List.copyOf(problems);
    }

    /** Every test, in the order of the files' names and within them. */
    public List<RouteTest> tests() {
        return List.copyOf(tests);
    }

    /** The routes that no test file is named after. */
    public SortedSet<String> untested() {
        SortedSet<String> untested = new TreeSet<>(routeIds);
        untested.removeAll(tested);
        return untested;
    }

    private void addFile(String name) {
        String location = files.testLocation(name);
        String route = routeOf(name);
        tested.add(route);
        if (!routeIds.contains(route)) {
            Problem problem = new Problem(
                    location,
                    0,
                    0,
                    false,
                    "no file has a route with id '" + route + "'",
                    TestFiles.nearest(route, routeIds));
            problems.add(problem);
            tests.add(new RouteTest(route, "has a route", location, () -> List.of(problem.toString())));
            return;
        }
        try {
            for (TestCase test : files.tests(name)) {
                tests.add(new RouteTest(route, test.name(), location + ":" + test.line(), () -> run(test, route)));
            }
        } catch (TestFileException e) {
            problems.addAll(e.problems());
            tests.add(new RouteTest(route, READABLE, location, () -> errors(e.problems())));
        }
    }

    private static String routeOf(String testFile) {
        return testFile.substring(0, testFile.length() - TestFiles.TEST.length());
    }

    private List<String> run(TestCase test, String route) throws InterruptedException {
        Set<Draft> needed = new LinkedHashSet<>();
        try (Stage stage = new Stage(contexts.create(test.settings(), Clock.fixed(test.now(), ZoneOffset.UTC)))) {
            needed.addAll(needed(test, route));
            try {
                stage.open(needed);
            } catch (Exception e) {
                return whyNot(test, needed, e);
            }
            return Comparison.of(test.expect(), stage.play(test, route));
        } catch (SettingsException e) {
            return e.problems();
        } catch (UnplayableException e) {
            return List.of(e.reason());
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return List.of("the test does not end: " + e);
        }
    }

    /** The start says only the first of it, and no line. */
    private List<String> whyNot(TestCase test, Set<Draft> needed, Exception failure) {
        List<String> reasons = new ArrayList<>();
        RouteChecker checker = new RouteChecker(() -> context(test));
        checker.check(needed, Map.of()).values().forEach(draft -> reasons.addAll(errors(draft.problems())));
        if (reasons.isEmpty()) {
            Draft last = List.copyOf(needed).get(needed.size() - 1);
            reasons.add(checker.explain(last, failure).toString());
        }
        return reasons;
    }

    private CamelContext context(TestCase test) {
        try {
            return contexts.create(test.settings(), Clock.fixed(test.now(), ZoneOffset.UTC));
        } catch (SettingsException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What others use first, as a route must find it; then the route, and those it is tested with. */
    private Set<Draft> needed(TestCase test, String route) throws UnplayableException {
        Set<Draft> needed = new LinkedHashSet<>();
        routes.stream().filter(file -> !file.shared().isEmpty()).forEach(needed::add);
        List<String> ids = new ArrayList<>(test.with());
        ids.add(route);
        for (String id : ids) {
            needed.add(routes.stream()
                    .filter(file ->
                            file.routes().stream().anyMatch(item -> item.id().equals(id)))
                    .findFirst()
                    .orElseThrow(() -> new UnplayableException(
                            "key 'with': there is no route '" + id + "'; " + TestFiles.nearest(id, routeIds))));
        }
        return needed;
    }
}
