package dev.caravan.routetest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.OfflineContext;
import dev.caravan.settings.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tests beside routes see, and how they fail. */
class RouteTestsTest {

    private static final String ECHO = """
            - route:
                id: echo
                from:
                  uri: paho-mqtt5:in/+
                  parameters: {brokerUrl: "{{mqtt.url}}", qos: 1}
                  steps:
                    - setHeader: {name: CamelMqttContentType, constant: text/plain}
                    - to: {uri: "paho-mqtt5:out", parameters: {brokerUrl: "{{mqtt.url}}", qos: 1}}
            """;

    @TempDir
    Path folder;

    private RouteTests tests() throws Exception {
        Path data = folder.resolve("data");
        return RouteTests.in(folder, (settings, clock) -> {
            Map<String, String> all = new HashMap<>(settings);
            all.put("data.directory", data.toString());
            return new OfflineContext(SettingsLoader.load(all, Map.of(), folder.resolve("absent")), clock).get();
        });
    }

    /** Everything that differs when the tests of the folder run. */
    private List<String> differences() throws Exception {
        List<String> differences = new ArrayList<>();
        for (RouteTest test : tests().tests()) {
            differences.addAll(test.run().difference());
        }
        assertThat(folder.resolve("data")).doesNotExist();
        return differences;
    }

    private void route(String name, String text) throws Exception {
        Files.writeString(folder.resolve(name + ".camel.yaml"), text);
    }

    private void test(String route, String text) throws Exception {
        Files.createDirectories(folder.resolve("tests"));
        Files.writeString(folder.resolve("tests").resolve(route + ".test.yaml"), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {to: paho-mqtt5:out, payload: x}   | (none)
            {topic: out, payload: x, qos: 1, retain: false, headers: {CamelMqttContentType: text/plain}} | (none)
            {topic: other}                     | differs (line 3): paho-mqtt5:out;  topic;    expected other;    actual   out
            {topic: out, payload: y}           | differs (line 3): paho-mqtt5:out;  payload;    expected y;    actual   x
            {topic: out, payload: ""}          | differs (line 3): paho-mqtt5:out;  payload;    expected (empty);    actual   x
            {topic: out, payload-base64: /w==} | differs (line 3): paho-mqtt5:out;  payload;    expected base64 /w==;    actual   x
            {topic: out, json: x}              | differs (line 3): paho-mqtt5:out;  payload;    expected JSON "x";    actual   no JSON: x
            {topic: out, qos: 2}               | differs (line 3): paho-mqtt5:out;  qos;    expected 2;    actual   1
            {topic: out, retain: true}         | differs (line 3): paho-mqtt5:out;  retain;    expected true;    actual   false
            {topic: out, headers: {a: 1}}      | differs (line 3): paho-mqtt5:out;  header a;    expected 1;    actual   (absent)
            {topic: out, user-properties: {a: b}} | differs (line 3): paho-mqtt5:out;  user property a;    expected b;    actual   (absent)
            nothing                            | not expected: paho-mqtt5:out topic out payload x
            {log: x}                           | missing (line 3): nothing came to log;not expected: paho-mqtt5:out topic out payload x
            """)
    void saysWhatDiffers(String expected, String difference) throws Exception {
        route("echo", ECHO);
        test("echo", "- test: echoes\n  send: {topic: in/a, payload: x}\n  expect: " + expected);
        assertThat(String.join(";", differences())).isEqualTo(difference.equals("(none)") ? "" : difference);
    }

    @Test
    void countsWhatComesTooOftenOrTooSeldom() throws Exception {
        route("echo", ECHO);
        test("echo", """
                - test: two and one
                  send: [{topic: in/a, payload: 1}, {topic: in/a, payload: 2}]
                  expect: {topic: out, payload: 1}
                - test: one and two
                  within: 500ms
                  send: {topic: in/a, payload: 1}
                  expect:
                    - {topic: out, payload: 1}
                    - {topic: out, payload: 1}
                - test: another order
                  send: [{topic: in/a, payload: 1}, {topic: in/a, payload: 2}]
                  expect: [{topic: out, payload: 2}, {topic: out, payload: 1}]
                """);

        assertThat(differences())
                .containsExactly(
                        "not expected: paho-mqtt5:out topic out payload 2",
                        "missing (line 9): nothing came to paho-mqtt5: topic out",
                        "differs (line 12): paho-mqtt5:out",
                        "  payload",
                        "    expected 2",
                        "    actual   1",
                        "differs (line 12): paho-mqtt5:out",
                        "  payload",
                        "    expected 1",
                        "    actual   2");
    }

    @Test
    void waitsForStepsThatWorkElsewhere() throws Exception {
        route("later", """
                - route:
                    id: later
                    from:
                      uri: direct:later
                      steps: [{to: {uri: "seda:queue"}}]
                - route:
                    id: queue
                    from:
                      uri: seda:queue
                      steps:
                        - delay: {constant: 50}
                        - to: {uri: "paho-mqtt5:somewhere"}
                """);
        test("later", """
                - test: comes later
                  send: {payload: x}
                  expect: {to: "paho-mqtt5:somewhere", payload: x}
                - test: is waited for even where nothing may come
                  send: {payload: x}
                  expect: nothing
                """);

        assertThat(differences()).containsExactly("not expected: paho-mqtt5:somewhere topic somewhere payload x");
    }

    @Test
    void doesNotWaitForEver() throws Exception {
        route("slow", """
                - route:
                    id: slow
                    from: {uri: "direct:slow", steps: [{delay: {constant: 60000}}]}
                """);
        test("slow", "- {test: takes a minute, within: 100ms, send: {}, expect: nothing}");
        long start = System.nanoTime();

        assertThat(differences())
                .containsExactly("not expected: error 'a message is still under way after 100 ms (within)'");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void isNotHeldUpByARouteThatBlocks() throws Exception {
        route("deaf", """
                - route:
                    id: deaf
                    from:
                      uri: direct:deaf
                      steps: [{delay: {asyncDelayed: "false", constant: 60000}}]
                """);
        test("deaf", "- {test: sleeps a minute, within: 100ms, send: {}, expect: nothing}");

        assertThat(differences())
                .containsExactly("not expected: error 'a message is still under way after 100 ms (within)'");
    }

    @Test
    void findsNothingWhereARoutePolls() throws Exception {
        route("poll", """
                - route:
                    id: poll
                    from:
                      uri: direct:poll
                      steps:
                        - pollEnrich: {simple: "paho-mqtt5:nowhere", timeout: "-1"}
                        - log: {message: "got ${body}"}
                """);
        test("poll", "- {test: polls, send: {payload: x}, expect: {log: 'got '}}");

        assertThat(differences()).isEmpty();
    }

    @Test
    void replacesWhatLeadsToARouteOfAnotherFile() throws Exception {
        route("one", "- route: {id: one, from: {uri: 'direct:one', steps: [{to: {uri: 'direct:two'}}]}}");
        route("two", "- route: {id: two, from: {uri: 'direct:two', steps: [{to: {uri: 'mqtt-nothing:x'}}]}}");
        test("one", """
                - test: calls the other route
                  send: {json: {a: 1}, headers: {b: c}}
                  expect: {to: "direct:two", json: {a: 1}, headers: {b: c}}
                - test: does not start with a broken one
                  with: two
                  send: {}
                  expect: nothing
                """);

        assertThat(differences())
                .singleElement()
                .asString()
                .startsWith(folder + "/two.camel.yaml:1:")
                .contains("unknown component 'mqtt-nothing'");
    }

    @Test
    void failsWhereTheRouteFails() throws Exception {
        route("wild", """
                - route:
                    id: wild
                    from:
                      uri: paho-mqtt5:a
                      parameters: {brokerUrl: "{{mqtt.url}}"}
                      steps:
                        - setHeader: {name: CamelPahoMqtt5OverrideTopic, simple: "b/#"}
                        - to: {uri: "paho-mqtt5:b", parameters: {brokerUrl: "{{mqtt.url}}"}}
                """);
        test("wild", """
                - {test: unexpected, send: {topic: a}, expect: nothing}
                - {test: expected, send: {topic: a}, expect: {error: must not contain the wildcards}}
                """);

        assertThat(differences()).containsExactly("not expected: error 'topic must not contain the wildcards + or #'");
    }

    @Test
    void endsARouteThatFeedsItself() throws Exception {
        route("loop", """
                - route:
                    id: loop
                    from:
                      uri: paho-mqtt5:a/#
                      parameters: {brokerUrl: "{{mqtt.url}}"}
                      steps: [{to: {uri: "paho-mqtt5:a/b", parameters: {brokerUrl: "{{mqtt.url}}"}}}]
                """);
        test("loop", "- {test: goes round, within: 20s, send: {topic: a}, expect: {topic: a/b}}");

        assertThat(differences()).containsExactly("more than 1000 messages came out: the routes feed themselves");
    }

    @Test
    void tellsTopicsOfBridgesAndWhatTheyCannotRename() throws Exception {
        route("plant", """
                - templatedRoute:
                    routeId: plant
                    routeTemplateRef: mqtt-bridge
                    parameters:
                      - {name: name, value: plant}
                      - {name: addresses, value: ""}
                      - name: topics
                        value: |
                          topic # out 1 local/ plant/
                          topic cmd/# in 0 in/ out/
                          topic # out 1 raw/ ""
                """);
        test("plant", """
                - test: takes prefixes away and puts others in front
                  send:
                    - {topic: local/a, payload: x, qos: 2}
                    - {from: remote, topic: out/cmd/a, payload: y}
                    - {topic: other}
                  expect:
                    - {to: remote, topic: plant/a, payload: x, qos: 1}
                    - {to: local, topic: in/cmd/a, payload: y, qos: 0}
                - test: keeps what can have no name at the other side
                  send: {topic: raw/$SYS/x, payload: z}
                  expect: {dead-letter: topic must not begin with $, topic: raw/$SYS/x, payload: z}
                - test: fails where the lines make another topic
                  send: {topic: local/a}
                  expect: {to: remote, topic: local/a}
                """);

        assertThat(differences())
                .containsExactly(
                        "differs (line 14): remote", "  topic", "    expected local/a", "    actual   plant/a");
    }

    @Test
    void asksOnlyRoutesThatCanBeAsked() throws Exception {
        route("d", "- route: {id: d, from: {uri: 'direct:d', steps: [{log: {message: x}}]}}");
        test("d", """
                - {test: a, send: {topic: a}, expect: nothing}
                - {test: b, send: {topic: a, from: remote}, expect: nothing}
                - {test: c, send: {}, with: nobody, expect: nothing}
                - {test: d, send: {}, settings: {mqtt.port: high}, expect: nothing}
                - {test: e, send: {request: GET /a}, expect: {answer: 200}}
                """);

        assertThat(differences())
                .containsExactly(
                        "'topic' is for routes that begin with paho-mqtt5: or are a bridge; into this one, which begins"
                                + " with direct:d, send a payload and headers only",
                        "'from: remote' is for bridges, and no loaded route is one",
                        "key 'with': there is no route 'nobody'; the nearest is 'd'",
                        "command line: key 'mqtt.port': must be a port from 0 to 65535, 0 for any free one, was \"high\"",
                        "differs (line 5): answer",
                        "  status",
                        "    expected 200",
                        "    actual   404",
                        "  because no loaded route has this path");
    }

    @Test
    void answersHeadAsTheServerDoes() throws Exception {
        for (String method : List.of("HEAD", "GET", "POST")) {
            String id = method.toLowerCase(Locale.ROOT);
            route(
                    id,
                    "- route: {id: " + id + ", from: {uri: 'platform-http:/" + id + "?httpMethodRestrict=" + method
                            + "', steps: [{setBody: {constant: x}}]}}");
        }
        test("head", """
                - {test: named, send: {request: HEAD /head}, expect: {answer: 200, payload: ""}}
                - {test: no other, send: {request: GET /head}, expect: {answer: 405}}
                """);
        test("get", """
                - {test: with GET, send: {request: HEAD /get}, expect: {answer: 200, payload: ""}}
                - {test: GET, send: {request: GET /get}, expect: {answer: 200, payload: x}}
                """);
        test("post", "- {test: not with POST, send: {request: HEAD /post}, expect: {answer: 405}}");

        assertThat(differences()).isEmpty();
    }

    @Test
    void makesAFileThatCannotBeUsedATestThatFails() throws Exception {
        route("echo", ECHO);
        route("broken", "- route: [");
        test("broken", "- {test: is not told of, send: {}, expect: nothing}");
        test("echoo", "- {test: a, send: {}, expect: nothing}");
        test("echo", "- {tst: a}");
        Files.write(folder.resolve("latin.camel.yaml"), new byte[] {'#', (byte) 0xe4});

        assertThat(differences())
                .hasSize(7)
                .contains(
                        folder + "/latin.camel.yaml:1: is not UTF-8 text; save it in UTF-8",
                        folder + "/tests/echo.test.yaml:1:4: key 'tst': is unknown, the nearest known key is 'test'",
                        folder + "/tests/echoo.test.yaml: no file has a route with id 'echoo'; the nearest is 'echo'")
                .anyMatch(line -> line.startsWith(folder + "/broken.camel.yaml:1:11: "));
    }

    @Test
    void knowsTheRoutesWithoutTests() throws Exception {
        route("echo", ECHO);
        route("more", ECHO.replace("id: echo", "id: b") + ECHO.replace("id: echo", "id: a"));
        test("echo", "- {test: a, send: {topic: x}, expect: nothing}");

        assertThat(tests().untested()).containsExactly("a", "b");
        assertThat(differences()).isEmpty();
    }

    @Test
    void readsNoPayloadFromElsewhere() throws Exception {
        route("echo", ECHO);
        Files.writeString(folder.resolve("secret"), "x");
        test("echo", "- {test: a, send: {topic: in/a, payload-file: ../secret}, expect: nothing}");

        assertThat(differences()).singleElement().asString().endsWith("is not in the folder of the tests");
    }

    @Test
    void readsNoPayloadFromElsewhereThroughALink() throws Exception {
        route("echo", ECHO);
        Path secret = Files.writeString(folder.resolve("secret"), "x");
        test("echo", "- {test: a, send: {topic: in/a, payload-file: linked}, expect: nothing}");
        Files.createSymbolicLink(folder.resolve("tests/linked"), secret);

        assertThat(differences()).singleElement().asString().endsWith("leads out of the folder of the tests");
    }

    @Test
    void findsTheBuiltInTests() throws Exception {
        RouteTests builtIn = RouteTests.in(folder.resolve("none"), (settings, clock) -> {
            throw new IllegalStateException("not run here");
        });

        assertThat(builtIn.tests())
                .hasSizeGreaterThan(30)
                .extracting(RouteTest::name)
                .doesNotContain("can be read");
        assertThat(builtIn.tests().get(0).location()).startsWith("built-in routes/tests/");
        assertThat(builtIn.untested()).isEmpty();
    }
}
