package dev.caravan.routetest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares what came out of the routes with what a test wants. Each thing that is expected takes the first that came to
 * its endpoint and is not taken yet, so the order counts for each endpoint and not between endpoints.
 */
final class Comparison {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
            .build();

    private final List<String> lines = new ArrayList<>();

    private Comparison() {}

    /** What differs, in lines for people; empty where nothing does. */
    static List<String> of(List<Expected> expected, List<Arrival> arrivals) {
        Comparison comparison = new Comparison();
        List<Arrival> rest = new ArrayList<>(relevant(expected, arrivals));
        for (Expected each : expected) {
            Optional<Arrival> first = rest.stream().filter(each::isFor).findFirst();
            if (first.isPresent()) {
                rest.remove(first.get());
                comparison.compare(each, first.get());
            } else {
                comparison.lines.add("missing (line " + each.line() + "): nothing came to " + name(each));
            }
        }
        rest.forEach(arrival -> comparison.lines.add("not expected: " + arrival.describe()));
        return comparison.lines;
    }

    /** What stays inside the program counts where the test asks for it, or asks that nothing happens at all. */
    static List<Arrival> relevant(List<Expected> expected, List<Arrival> arrivals) {
        return arrivals.stream()
                .filter(arrival -> !arrival.isInside()
                        || expected.isEmpty()
                        || expected.stream().anyMatch(each -> each.isFor(arrival)))
                .toList();
    }

    private static String name(Expected expected) {
        return expected.to() + (expected.topic() == null ? "" : " topic " + expected.topic());
    }

    private void compare(Expected expected, Arrival actual) {
        List<String> found = new ArrayList<>();
        differ(found, "topic", expected.topic(), actual.topic());
        text(found, expected, actual);
        differ(found, "status", expected.status(), actual.status());
        payload(found, expected, actual);
        differ(found, "qos", expected.qos(), actual.qos());
        differ(found, "retain", expected.retain(), actual.retain());
        expected.headers()
                .forEach((name, value) -> differ(
                        found,
                        "header " + name,
                        value.toString(),
                        text(actual.headers().get(name))));
        expected.userProperties()
                .forEach((name, value) -> differ(
                        found,
                        "user property " + name,
                        value,
                        actual.userProperties().getOrDefault(name, "(absent)")));
        if (!found.isEmpty()) {
            lines.add("differs (line " + expected.line() + "): " + actual.to());
            lines.addAll(found);
            if (actual.to().equals(Arrival.ANSWER) && !actual.text().isEmpty()) {
                lines.add("  because " + Arrival.shown(actual.text()));
            }
        }
    }

    private static String text(@Nullable Object header) {
        return header instanceof byte[] bytes ? Arrival.shown(bytes) : Objects.toString(header, "(absent)");
    }

    private static void text(List<String> found, Expected expected, Arrival actual) {
        String text = expected.text();
        if (text == null) {
            return;
        }
        switch (actual.to()) {
            case Arrival.DEAD_LETTER, Arrival.ERROR -> {
                if (!actual.text().contains(text)) {
                    differ(found, "reason, in part", text, actual.text());
                }
            }
            case Arrival.LOG -> differ(found, "line", text, actual.text());
            default -> differ(found, "row", text, actual.text());
        }
    }

    private static void payload(List<String> found, Expected expected, Arrival actual) {
        byte[] payload = expected.payload();
        if (payload != null && !Arrays.equals(payload, actual.payload())) {
            show(found, "payload", Arrival.shown(payload), Arrival.shown(actual.payload()));
        }
        JsonNode json = expected.json() == null ? expected.jsonContains() : expected.json();
        if (json == null) {
            return;
        }
        JsonNode came = parse(actual.payload());
        if (came == null) {
            show(
                    found,
                    "payload",
                    "JSON " + Arrival.shown(json.toString()),
                    "no JSON: " + Arrival.shown(actual.payload()));
            return;
        }
        JsonDifference.between(json, came, expected.json() == null)
                .ifPresent(d -> show(found, "json at " + d.path(), d.expected(), d.actual()));
    }

    private static @Nullable JsonNode parse(byte[] payload) {
        if (payload.length == 0) {
            return null;
        }
        try {
            return JSON.readTree(payload);
        } catch (JsonProcessingException e) {
            return null;
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        }
    }

    private static void differ(List<String> found, String what, @Nullable Object expected, Object actual) {
        if (expected != null && !expected.equals(actual)) {
            show(found, what, Arrival.shown(expected.toString()), Arrival.shown(actual.toString()));
        }
    }

    private static void show(List<String> found, String what, String expected, String actual) {
        found.add("  " + what);
        found.add("    expected " + expected);
        found.add("    actual   " + actual);
    }
}
