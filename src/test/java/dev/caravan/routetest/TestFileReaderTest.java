package dev.caravan.routetest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.caravan.check.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TestFileReaderTest {

    private static List<TestCase> read(String text) throws TestFileException {
        return TestFileReader.read("x.test.yaml", text, name -> {
            if (name.equals("there.json")) {
                return "{}".getBytes(StandardCharsets.UTF_8);
            }
            throw new IOException("there is no file " + name);
        });
    }

    private static List<String> problems(String text) {
        return catchThrowableOfType(TestFileException.class, () -> read(text)).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    @Test
    void readsEveryKey() throws Exception {
        TestCase test = read("""
                - test: all
                  settings: {alert.high-temperature: 7}
                  with: [a, b]
                  now: 2026-11-21T10:00:00Z
                  within: 500ms
                  send:
                    - {topic: a, payload: 1.50, qos: 2, retain: true, user-properties: {k: v}, headers: {h: 1}}
                    - {from: remote, topic: b, json: {a: 1.50}}
                    - {request: PUT /a/b?c=d, payload-file: there.json}
                    - {payload-base64: //8=}
                  expect: [{topic: a}, {answer: 200}, {csv: "a,b"}]
                """).get(0);

        assertThat(test.settings()).isEqualTo(Map.of("alert.high-temperature", "7"));
        assertThat(test.with()).containsExactly("a", "b");
        assertThat(test.now()).isEqualTo(Instant.parse("2026-11-21T10:00:00Z"));
        assertThat(test.within()).isEqualTo(Duration.ofMillis(500));
        assertThat(test.send())
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(
                        new Sent.Publish("a", bytes("1.50"), 2, true, Map.of("k", "v"), false, Map.of("h", 1L)),
                        new Sent.Publish("b", bytes("{\"a\":1.50}"), 1, false, Map.of(), true, Map.of()),
                        new Sent.Request("PUT", "/a/b", "c=d", bytes("{}"), Map.of()),
                        new Sent.Plain(new byte[] {-1, -1}, Map.of()));
        assertThat(test.expect()).extracting(Expected::to).containsExactly("paho-mqtt5:", "answer", "csv-log:");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            - tset: a                        | 3:3: key 'tset': is unknown, the nearest known key is 'test'
            - test: first                    | 3:9: key 'test': another test of this file has the same name
            - test: ""                       | 3:9: key 'test': is missing: what the test shows, in a sentence
            - {test: a, test: b}             | 3:13: key 'test' is there twice; delete one of them
            - {test: a, send: {}}            | 3:3: key 'expect': is missing; where nothing must come out, write expect: nothing
            - {test: a, expect: nothing}     | 3:3: key 'send': is missing
            - {test: a, expect: []}          | 3:21: key 'expect': is empty; where nothing must come out, write expect: nothing
            - {test: a, expect: something}   | 3:21: must be a map of to, topic, payload, payload-file, payload-base64, json, json-contains, qos, retain, user-properties, headers, csv, answer, dead-letter, log, error, is a text
            - just a text                    | 3:3: must be a map of test, send, expect, settings, with, now, within, is a text
            - {now: yesterday}               | 3:9: key 'now': must be a time such as 2026-01-01T00:00:00Z, was 'yesterday'
            - {within: 2h}                   | 3:12: key 'within': must be a time up to 1m, such as 2s, was '2h'
            - {within: soon}                 | 3:12: key 'within': must be a time up to 1m, such as 2s, was 'soon'
            - {settings: [a]}                | 3:14: key 'settings': must be a map, is a list
            - {settings: {a: [b]}}           | 3:18: key 'a': must be a text, is a list
            - {with: [[a]]}                  | 3:11: key 'with': must be route ids
            - {send: {topic: a/#}}           | 3:18: key 'topic': must be a Topic Name, was 'a/#'
            - {send: {topic: a, request: GET /}} | 3:30: key 'request': cannot stand beside 'topic'
            - {send: {request: /topics}}     | 3:20: key 'request': must be a method and a path such as GET /topics?view=tree, was '/topics'
            - {send: {qos: 1}}               | 3:16: key 'qos': needs 'topic' beside it
            - {send: {topic: a, qos: 3}}     | 3:26: key 'qos': must be 0, 1 or 2, was '3'
            - {send: {topic: a, retain: yes}} | 3:29: key 'retain': must be true or false, was 'yes'
            - {send: {topic: a, from: cloud}} | 3:27: key 'from': must be remote, was 'cloud'
            - {send: {payload: {a: 1}}}      | 3:20: key 'payload': must be a text; for JSON write 'json'
            - {send: {payload: a, json: b}}  | 3:29: key 'json': cannot stand beside 'payload'
            - {send: {json: {a: 1, a: 2}}}   | 3:24: key 'a' is there twice; delete one of them
            - {send: {payload-base64: "!"}}  | 3:27: key 'payload-base64': must be base64, was '!'
            - {send: {payload-file: no}}     | 3:25: key 'payload-file': cannot be read: there is no file no
            - {expect: {payload: a}}         | 3:12: does not say where: 'to', 'topic', 'csv', 'answer', 'dead-letter', 'log' or 'error'
            - {expect: {}}                   | 3:12: does not say where: 'to', 'topic', 'csv', 'answer', 'dead-letter', 'log' or 'error'
            - {expect: {to: nowhere}}        | 3:17: key 'to': must be an endpoint such as paho-mqtt5:a/b, or remote or local for a bridge, was 'nowhere'
            - {expect: {to: log:a, log: b}}  | 3:29: key 'log': cannot stand beside 'to'
            - {expect: {answer: ok}}         | 3:21: key 'answer': must be an HTTP status from 100 to 599, was 'ok'
            - {expect: {answer: 99}}         | 3:21: key 'answer': must be an HTTP status from 100 to 599, was '99'
            - {expect: {csv: a, json: b}}    | 3:27: key 'json': cannot stand beside 'csv'
            - {expect: {csv: a, topic: b}}   | 3:28: key 'topic': cannot stand beside 'csv'
            - {expect: {json: 1, json-contains: 2, topic: a}} | 3:37: key 'json-contains': cannot stand beside 'json'
            - {expect: {tpic: a}}            | 3:13: key 'tpic': is unknown, the nearest known key is 'topic'
            - {expect: [{topic: *a}]}        | 3:21: is not YAML: found undefined alias a
            """)
    void namesPlaceKeyAndRule(String line, String problem) {
        assertThat(problems("- {test: first, send: {}, expect: nothing}\n\n" + line + "\n"))
                .contains("x.test.yaml:" + problem);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``               | x.test.yaml: is empty; it must be a list of tests
            # nothing        | x.test.yaml: is empty; it must be a list of tests
            []               | x.test.yaml:1:1: must be a list of tests, each beginning with '- test:'
            test: a          | x.test.yaml:1:1: must be a list of tests, each beginning with '- test:'
            - test: [        | x.test.yaml:1:10: is not YAML: expected the node content, but found '<stream end>'
            """)
    void saysWhatAFileMustBe(String text, String problem) {
        assertThat(problems(text)).containsExactly(problem);
    }

    @Test
    void tellsEveryProblemAtOnce() {
        assertThat(problems("- {test: a, send: {qos: 5}, expect: {answer: x}}\n- {nope: 1}"))
                .hasSizeGreaterThanOrEqualTo(5);
    }

    @Test
    void isNotBlownUpByAliases() {
        StringBuilder bomb = new StringBuilder("- test: a\n  a0: &a0 [x, x]\n");
        for (int i = 1; i < 60; i++) {
            bomb.append("  a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }

        assertThat(problems(bomb.toString())).singleElement().asString().contains("aliases");
    }
}
