package dev.caravan.routetest;

import dev.caravan.settings.SettingsException;
import java.io.IOException;
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
import java.util.TreeMap;
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

    private final RouteFiles files;
    private final Contexts contexts;
    private final List<RouteText> routes;
    private final SortedSet<String> routeIds = new TreeSet<>();
    private final List<RouteTest> tests = new ArrayList<>();
    private final Set<String> tested = new HashSet<>();

    private RouteTests(RouteFiles files, Contexts contexts) {
        this.files = files;
        this.contexts = contexts;
        Map<String, List<String>> unreadable = new TreeMap<>();
        this.routes = files.routes(unreadable);
        routes.forEach(file -> routeIds.addAll(file.routeIds()));
        unreadable.forEach((name, problems) ->
                tests.add(new RouteTest(name, READABLE, files.routeLocation(name), () -> problems)));
        files.testNames().stream()
                .filter(name -> !unreadable.containsKey(routeOf(name)))
                .forEach(this::addFile);
    }

    /** The tests of a folder of {@code *.camel.yaml} files. */
    public static RouteTests in(Path routes, Contexts contexts) throws IOException {
        return new RouteTests(RouteFiles.in(routes), contexts);
    }

    /** The tests of the routes inside the jar. */
    public static RouteTests builtIn(Contexts contexts) {
        return new RouteTests(RouteFiles.builtIn(), contexts);
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
            String problem =
                    location + ": no file has a route with id '" + route + "'; " + RouteFiles.nearest(route, routeIds);
            tests.add(new RouteTest(route, "has a route", location, () -> List.of(problem)));
            return;
        }
        try {
            for (TestCase test : files.tests(name)) {
                tests.add(new RouteTest(route, test.name(), location + ":" + test.line(), () -> run(test, route)));
            }
        } catch (TestFileException e) {
            tests.add(new RouteTest(route, READABLE, location, e::problems));
        }
    }

    private static String routeOf(String testFile) {
        return testFile.substring(0, testFile.length() - RouteFiles.TEST.length());
    }

    private List<String> run(TestCase test, String route) throws InterruptedException {
        Set<RouteText> needed = new LinkedHashSet<>();
        try (Stage stage = new Stage(contexts.create(test.settings(), Clock.fixed(test.now(), ZoneOffset.UTC)))) {
            needed.addAll(needed(test, route));
            try {
                stage.open(needed);
            } catch (Exception e) {
                return List.of(LoadFailure.describe(e, needed));
            }
            return Verdict.of(test.expect(), stage.play(test, route));
        } catch (SettingsException e) {
            return e.problems();
        } catch (TestFileException e) {
            return e.problems();
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            return List.of("the test does not end: " + e);
        }
    }

    /** What others use first, as a route must find it; then the route, and those it is tested with. */
    private Set<RouteText> needed(TestCase test, String route) throws TestFileException {
        Set<RouteText> needed = new LinkedHashSet<>();
        routes.stream().filter(RouteText::shared).forEach(needed::add);
        List<String> ids = new ArrayList<>(test.with());
        ids.add(route);
        for (String id : ids) {
            needed.add(routes.stream()
                    .filter(file -> file.routeIds().contains(id))
                    .findFirst()
                    .orElseThrow(() -> new TestFileException(List.of(
                            "key 'with': there is no route '" + id + "'; " + RouteFiles.nearest(id, routeIds)))));
        }
        return needed;
    }
}
