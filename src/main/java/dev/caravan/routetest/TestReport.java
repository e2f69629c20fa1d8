package dev.caravan.routetest;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;

/** Tells people how tests go: a line for each, what differs, and a summary. For one thread. */
public final class TestReport {

    private static final String INDENT = "       ";

    private final PrintWriter out;
    private final List<TestResult> results = new ArrayList<>();

    public TestReport(PrintWriter out) {
        this.out = out;
    }

    public void add(TestResult result) {
        results.add(result);
        out.println((result.isOk() ? "ok     " : "FAILED ") + result.test());
        if (!result.isOk()) {
            out.println(INDENT + result.test().location());
            result.difference().forEach(line -> out.println(INDENT + line));
        }
        out.flush();
    }

    /** The last line. */
    public void finish(SortedSet<String> untested) {
        Set<String> routes = new HashSet<>();
        Duration took = Duration.ZERO;
        for (TestResult result : results) {
            routes.add(result.test().route());
            took = took.plus(result.took());
        }
        out.println(count(results.size(), "test") + " of " + count(routes.size(), "route") + ", "
                + (failed() == 0 ? "all ok" : failed() + " failed")
                + String.format(Locale.ROOT, ", in %.1f s", took.toMillis() / 1_000.0)
                + (untested.isEmpty() ? "" : "; without tests: " + String.join(", ", untested)));
        out.flush();
    }

    public List<TestResult> results() {
        return List.copyOf(results);
    }

    public long failed() {
        return results.stream().filter(result -> !result.isOk()).count();
    }

    private static String count(int number, String word) {
        return number + " " + word + (number == 1 ? "" : "s");
    }
}
