package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.caravan.routetest.RouteTests;
import dev.caravan.routetest.TestResult;
import dev.caravan.settings.SettingsLoader;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The tests beside the shipped routes, each as one of JUnit's. */
class ShippedRoutesTest {

    private static RouteTests tests() throws Exception {
        return RouteTests.in(Path.of("routes"), (settings, clock) -> new OfflineContext(
                        SettingsLoader.load(settings, Map.of(), Path.of("absent")), clock)
                .get());
    }

    @TestFactory
    Stream<DynamicTest> holds() throws Exception {
        return tests().tests().stream()
                .map(test -> dynamicTest(test.toString(), () -> {
                    TestResult result = test.run();
                    assertThat(result.difference()).as(test.location()).isEmpty();
                }));
    }

    @Test
    void everyShippedRouteIsTested() throws Exception {
        assertThat(tests().tests()).isNotEmpty();
        assertThat(tests().untested()).isEmpty();
    }
}
