package dev.caravan.routetest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.util.TimeUtils;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads a {@code *.test.yaml} file, as docs/reference/route-tests.md describes it. Reports every problem at once. */
final class TestFileReader {

    static final String NOTHING = "nothing";

    static final Set<String> KEYS =
            new LinkedHashSet<>(List.of("test", "send", "expect", "settings", "with", "now", "within"));
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration WITHIN = Duration.ofSeconds(2);
    private static final Duration LONGEST = Duration.ofMinutes(1);

    private final YamlDocument document;
    private final SentReader sent;
    private final ExpectedReader expected;
    private final Set<String> names = new HashSet<>();

    private TestFileReader(String location, PayloadFiles payloads) {
        this.document = new YamlDocument(location);
        PayloadReader payload = new PayloadReader(document, payloads);
        this.sent = new SentReader(document, payload);
        this.expected = new ExpectedReader(document, payload);
    }

    /**
     * @param location how messages name the file
     * @param payloads the files that it may name
     * @throws TestFileException with each problem
     */
    static List<TestCase> read(String location, String text, PayloadFiles payloads) throws TestFileException {
        return new TestFileReader(location, payloads).read(text);
    }

    private List<TestCase> read(String text) throws TestFileException {
        Node root = document.parse(text).orElse(null);
        document.demandNone();
        List<TestCase> tests = new ArrayList<>();
        if (root instanceof SequenceNode list && !list.getValue().isEmpty()) {
            list.getValue().forEach(node -> tests.add(test(new YamlMap(document, node, KEYS))));
        } else if (root == null) {
            document.problem((Mark) null, "is empty; it must be a list of tests");
        } else {
            document.problem(root, "must be a list of tests, each beginning with '- test:'");
        }
        document.demandNone();
        return tests;
    }

    private TestCase test(YamlMap map) {
        String name = map.text("test");
        if (name == null || name.isBlank()) {
            map.problem("test", "is missing: what the test shows, in a sentence");
        } else if (!names.add(name)) {
            map.problem("test", "another test of this file has the same name");
        }
        return new TestCase(
                name == null ? "" : name,
                YamlDocument.line(map.node()),
                map.texts("settings"),
                words(map.get("with")),
                orElse(map.value("now", "must be a time such as 2026-01-01T00:00:00Z", Instant::parse), NOW),
                orElse(map.value("within", "must be a time up to 1m, such as 2s", TestFileReader::within), WITHIN),
                send(map),
                expect(map));
    }

    private List<Sent> send(YamlMap map) {
        Node node = map.get("send");
        if (node == null) {
            map.problem("send", "is missing");
            return List.of();
        }
        return YamlDocument.oneOrMore(node).stream().map(sent::read).toList();
    }

    private List<Expected> expect(YamlMap map) {
        Node node = map.get("expect");
        if (node == null) {
            map.problem("expect", "is missing; where nothing must come out, write expect: nothing");
            return List.of();
        }
        if (node instanceof ScalarNode scalar && scalar.getValue().equals(NOTHING)) {
            return List.of();
        }
        if (node instanceof SequenceNode list && list.getValue().isEmpty()) {
            map.problem("expect", "is empty; where nothing must come out, write expect: nothing");
        }
        return YamlDocument.oneOrMore(node).stream().map(expected::read).toList();
    }

    private List<String> words(@Nullable Node node) {
        List<String> words = new ArrayList<>();
        for (Node each : node == null ? List.<Node>of() : YamlDocument.oneOrMore(node)) {
            if (each instanceof ScalarNode scalar) {
                words.add(scalar.getValue());
            } else {
                document.problem(each, "key 'with': must be route ids");
            }
        }
        return words;
    }

    private static Duration within(String text) {
        Duration within = Duration.ofMillis(TimeUtils.toMilliSeconds(text));
        if (within.isNegative() || within.isZero() || within.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException();
        }
        return within;
    }

    private static <T> T orElse(@Nullable T value, T other) {
        return value == null ? other : value;
    }
}
