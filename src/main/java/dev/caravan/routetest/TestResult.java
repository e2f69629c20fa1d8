package dev.caravan.routetest;

import java.time.Duration;
import java.util.List;

/**
 * How a test went.
 *
 * @param difference in lines for people, none where the test holds
 */
public record TestResult(RouteTest test, List<String> difference, Duration took) {

    public TestResult {
        difference = List.copyOf(difference);
    }

    public boolean isOk() {
        return difference.isEmpty();
    }
}
