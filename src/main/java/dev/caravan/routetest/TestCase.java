package dev.caravan.routetest;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One test of a route.
 *
 * @param line where it stands in its file, from 1
 * @param settings that differ from those of the run
 * @param with further routes to load
 * @param now what the routes take for the time
 * @param within how long to wait for what is expected
 */
record TestCase(
        String name,
        int line,
        Map<String, String> settings,
        List<String> with,
        Instant now,
        Duration within,
        List<Sent> send,
        List<Expected> expect) {

    TestCase {
        settings = Map.copyOf(settings);
        with = List.copyOf(with);
        send = List.copyOf(send);
        expect = List.copyOf(expect);
    }
}
