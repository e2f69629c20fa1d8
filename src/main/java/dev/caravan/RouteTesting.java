package dev.caravan;

import dev.caravan.check.RouteFile;
import dev.caravan.cli.TestRun;
import dev.caravan.route.RouteFolder;
import dev.caravan.routetest.JUnitXml;
import dev.caravan.routetest.RouteTest;
import dev.caravan.routetest.RouteTests;
import dev.caravan.routetest.TestReport;
import dev.caravan.settings.Key;
import dev.caravan.settings.Settings;
import dev.caravan.settings.SettingsException;
import dev.caravan.settings.SettingsLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The command {@code test}: finds the routes and their tests, runs them offline and reports. */
final class RouteTesting {

    private final TestRun run;
    private final Map<String, String> environment;
    private final Path folder;
    private final Path config;

    private RouteTesting(TestRun run, Map<String, String> environment) {
        this.run = run;
        this.environment = environment;
        this.folder = Objects.requireNonNullElse(run.folder(), Path.of(""));
        this.config = run.configFile() == null ? folder.resolve(SettingsLoader.DEFAULT_FILE) : run.configFile();
    }

    /**
     * @return the exit code: 0 where all tests hold, otherwise 1
     * @throws SettingsException if the settings break a rule
     * @throws IOException if there are no routes, or a file cannot be read or written
     */
    static int test(TestRun run, Map<String, String> environment, PrintWriter out)
            throws SettingsException, IOException, InterruptedException {
        return new RouteTesting(run, environment).test(out);
    }

    private int test(PrintWriter out) throws SettingsException, IOException, InterruptedException {
        RouteTests tests = tests(settings(Map.of()));
        TestReport report = new TestReport(out);
        for (RouteTest test : tests.tests()) {
            report.add(test.run());
        }
        report.finish(tests.untested());
        if (run.junit() != null) {
            JUnitXml.write(report.results(), run.junit());
        }
        return report.failed() == 0 ? 0 : 1;
    }

    private RouteTests tests(Settings settings) throws IOException {
        RouteTests.Contexts contexts = (changed, clock) -> new OfflineContext(settings(changed), clock).get();
        Path routes = folder.resolve(settings.path(Key.ROUTES_DIRECTORY));
        if (Files.isDirectory(routes)) {
            return RouteTests.in(routes, contexts);
        }
        if (RouteFolder.isOne(folder)) {
            return RouteTests.in(folder, contexts);
        }
        if (run.folder() != null || !settings.text(Key.ROUTES_DIRECTORY).equals(Key.ROUTES_DIRECTORY.defaultValue())) {
            throw new IOException(routes.toAbsolutePath() + " is not a folder, and " + folder.toAbsolutePath()
                    + " has no *" + RouteFile.SUFFIX + " either");
        }
        return RouteTests.in(routes, contexts);
    }

    private Settings settings(Map<String, String> changed) throws SettingsException {
        Map<String, String> all = new HashMap<>(run.settings());
        all.putAll(changed);
        return SettingsLoader.load(all, environment, config);
    }
}
