package dev.caravan;

import dev.caravan.broker.BrokerException;
import dev.caravan.broker.EmbeddedBroker;
import dev.caravan.check.Draft;
import dev.caravan.check.Problem;
import dev.caravan.route.RouteFolder;
import dev.caravan.routetest.RouteTests;
import dev.caravan.settings.Key;
import dev.caravan.settings.Settings;
import dev.caravan.settings.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code check} does: reads everything that a start would read, and finds what is wrong with it. Opens no port,
 * connects nowhere and touches no data.
 */
final class ProjectCheck {

    private static final Pattern PLACE = Pattern.compile("(.+?)(?::(\\d+))?(?::(\\d+))?: (.*)", Pattern.DOTALL);

    private ProjectCheck() {}

    /**
     * Checks a folder.
     *
     * @param folder that holds {@code config/}, {@code artemis/} and {@code routes/}, each of which may be absent; or a
     *     folder of routes
     * @param commandLine settings, as {@code run} takes them
     * @param config the properties file, relative to the folder; it may be absent
     * @return all problems and warnings
     */
    static List<Problem> of(Path folder, Map<String, String> commandLine, Path config) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new IOException(folder + " is not a folder");
        }
        boolean routesOnly =
                !Files.isDirectory(folder.resolve(Key.ROUTES_DIRECTORY.defaultValue())) && RouteFolder.isOne(folder);
        Path base = routesOnly ? Path.of("") : folder;
        Path file = base.resolve(config).normalize();
        Settings first =
                SettingsLoader.check(commandLine, System.getenv(), file).settings();
        Map<String, String> there = new HashMap<>(commandLine);
        for (Key key : List.of(Key.ROUTES_DIRECTORY, Key.ARTEMIS_DIRECTORY)) {
            there.put(key.dotted(), base.resolve(first.text(key)).normalize().toString());
        }
        if (routesOnly) {
            there.put(Key.ROUTES_DIRECTORY.dotted(), folder.toString());
        }
        SettingsLoader.Checked checked = SettingsLoader.check(there, System.getenv(), file);
        List<Problem> problems = new ArrayList<>();
        checked.problems().forEach(sentence -> problems.add(parse(sentence)));
        Settings settings = checked.settings();
        if (settings.isTrue(Key.BROKER_EMBEDDED)) {
            try {
                EmbeddedBroker.check(settings);
            } catch (BrokerException e) {
                problems.add(parse(String.valueOf(e.getMessage())));
            }
        }
        Path routes = settings.path(Key.ROUTES_DIRECTORY);
        OfflineContext contexts = new OfflineContext(settings, Clock.systemUTC());
        List<Draft> drafts = RouteFolder.read(routes);
        problems.addAll(RouteFolder.check(routes, drafts, contexts));
        problems.addAll(RouteTests.of(routes, drafts, (changed, clock) -> contexts.get())
                .problems());
        return problems;
    }

    /** A sentence that names its place first, as settings and broker.xml have them. */
    private static Problem parse(String sentence) {
        Matcher matcher = PLACE.matcher(sentence);
        if (!matcher.matches()) {
            return new Problem("settings", 0, 0, false, sentence, "");
        }
        return new Problem(
                matcher.group(1), number(matcher.group(2)), number(matcher.group(3)), false, matcher.group(4), "");
    }

    private static int number(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }
}
