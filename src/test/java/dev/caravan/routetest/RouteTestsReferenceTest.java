package dev.caravan.routetest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.OfflineContext;
import dev.caravan.check.RouteFile;
import dev.caravan.settings.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/reference/route-tests.md: its examples hold on the shipped routes, and it knows every key. */
class RouteTestsReferenceTest {

    private static final Path PAGE = Path.of("docs", "reference", "route-tests.md");
    private static final Pattern EXAMPLE = Pattern.compile("```yaml test\n(.*?)```", Pattern.DOTALL);
    private static final Pattern NAMED = Pattern.compile("^# ([a-z-]+\\.test\\.yaml)\n");

    @TempDir
    Path folder;

    @Test
    void showsTestsThatHold() throws Exception {
        copyShippedRoutes();
        Matcher example = EXAMPLE.matcher(Files.readString(PAGE));
        int examples = 0;
        while (example.find()) {
            String text = example.group(1);
            Matcher named = NAMED.matcher(text);
            String name = named.find() ? named.group(1) : "alert-high-temperature.test.yaml";
            if (text.contains("- test: ")) {
                Files.writeString(folder.resolve("tests").resolve(name), text);
                examples++;
            }
        }
        RouteTests tests = RouteTests.in(folder, (settings, clock) -> new OfflineContext(
                        SettingsLoader.load(settings, Map.of(), Path.of("absent")), clock)
                .get());

        List<String> differences = new ArrayList<>();
        for (RouteTest test : tests.tests()) {
            differences.addAll(test.run().difference());
        }

        assertThat(examples).isEqualTo(4);
        assertThat(tests.tests()).hasSizeGreaterThan(examples);
        assertThat(differences).isEmpty();
    }

    @Test
    void knowsEveryKey() throws Exception {
        String page = Files.readString(PAGE);

        for (Set<String> keys : List.of(TestFileReader.KEYS, SentReader.KEYS, ExpectedReader.KEYS)) {
            assertThat(keys).allSatisfy(key -> assertThat(page).containsPattern("\n\\| [^|]*`" + key + "[`:]"));
        }
    }

    private void copyShippedRoutes() throws Exception {
        Files.createDirectories(folder.resolve("tests"));
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : (Iterable<Path>) files.filter(f -> f.toString().endsWith(RouteFile.SUFFIX))::iterator) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }
}
