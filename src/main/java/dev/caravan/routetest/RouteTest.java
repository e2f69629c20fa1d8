package dev.caravan.routetest;

import java.time.Duration;
import java.util.List;

/** One test, ready to be run, any number of times. */
public final class RouteTest {

    /** What a run does. */
    @FunctionalInterface
    interface Body {

        /** Returns what differs in lines for people, none where the test holds. */
        List<String> run() throws InterruptedException;
    }

    private final String route;
    private final String name;
    private final String location;
    private final Body body;

    RouteTest(String route, String name, String location, Body body) {
        this.route = route;
        this.name = name;
        this.location = location;
        this.body = body;
    }

    /** The id of the route, or the name of a file that could not be read. */
    public String route() {
        return route;
    }

    /** What it shows, in the words of its author. */
    public String name() {
        return name;
    }

    /** Its file and line. */
    public String location() {
        return location;
    }

    /** Runs it in a context of its own. */
    public TestResult run() throws InterruptedException {
        long start = System.nanoTime();
        List<String> difference = body.run();
        return new TestResult(this, difference, Duration.ofNanos(System.nanoTime() - start));
    }

    @Override
    public String toString() {
        return route + ": " + name;
    }
}
