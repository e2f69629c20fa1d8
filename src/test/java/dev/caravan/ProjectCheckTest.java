package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.caravan.check.Problem;
import dev.caravan.settings.SettingsLoader;
import dev.caravan.shipped.ShippedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectCheckTest {

    @TempDir
    Path folder;

    @BeforeEach
    void writeWhatInitWrites() throws IOException {
        for (Map.Entry<String, byte[]> file : ShippedFiles.below("").entrySet()) {
            Path target = folder.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.write(target, file.getValue());
        }
    }

    @Test
    void findsNothingWrongWithTheShippedFiles() throws Exception {
        assertThat(check(folder)).isEmpty();
        assertThat(check(folder.resolve("routes"))).isEmpty();
    }

    @Test
    void findsNothingWrongWithTheBuiltInFiles(@TempDir Path empty) throws Exception {
        assertThat(check(empty)).isEmpty();
    }

    @Test
    void touchesNothing() throws Exception {
        List<Path> before = tree();

        check(folder);

        assertThat(tree()).isEqualTo(before);
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void findsWhatIsWrongInEveryKindOfFile() throws Exception {
        Files.writeString(folder.resolve("config/application.properties"), "# mine\n  mqtt.prot=7\nown.topic=a/#\n");
        Path xml = folder.resolve("artemis/broker.xml");
        Files.writeString(xml, Files.readString(xml).replace("journal-type", "jurnal-type"));
        Files.writeString(folder.resolve("routes/mine.camel.yaml"), """
                - route:
                    id: mine
                    description: Has every second word wrong.
                    routeConfigurationId: eror-handling
                    from:
                      uri: "paho-mqtt5:{{own.topic}}"
                      parameters:
                        brokerUrl: "{{mqtt.urll}}"
                      steps:
                        - setBody:
                            simple:
                              expression: "${header.x"
                        - lgo:
                            message: hi
                        - bean:
                            ref: deadLetters
                            method: kepe
                        - to:
                            uri: exec:reboot
                        - to:
                            uri: direct:nobody
                """);
        Files.writeString(folder.resolve("routes/bridge-two.camel.yaml"), """
                - templatedRoute:
                    routeId: bridge-two
                    routeTemplateRef: mqtt-bridge
                    parameters:
                      - name: name
                        value: two
                      - name: addresses
                        value: tcp://127.0.0.1:1
                      - name: topics
                        value: a/# sideways
                """);
        Files.writeString(folder.resolve("routes/notes.yml"), "x");

        assertThat(check(folder).stream().map(p -> p.toString().replace(folder + "/", "")))
                .containsExactly(
                        "artemis/broker.xml:14:18: <jurnal-type> is not allowed here, the nearest that is: <journal-type>",
                        "config/application.properties:2:3: key 'mqtt.prot': is unknown, the nearest known key is"
                                + " 'mqtt.port'",
                        "routes/bridge-two.camel.yaml:9:15: parameter 'topics', line 1: 'a/# sideways': direction must"
                                + " be in, out or both, was 'sideways'",
                        "routes/mine.camel.yaml:4:5: route 'mine': there is no routeConfiguration 'eror-handling'; did"
                                + " you mean 'error-handling'?",
                        "routes/mine.camel.yaml:8:21: no setting 'mqtt.urll'; did you mean '{{mqtt.url}}'?",
                        "routes/mine.camel.yaml:12:28: the expression '${header.x' is not Simple: expected symbol"
                                + " functionEnd but was eol at location 9",
                        "routes/mine.camel.yaml:13:11: unknown step 'lgo'; did you mean 'log'?",
                        "routes/mine.camel.yaml:17:21: bean 'deadLetters' has no method 'kepe'; did you mean 'keep'?",
                        "routes/mine.camel.yaml:19:18: unknown component 'exec'; there are bean, csv-log, direct, kamelet,"
                                + " log, mock, mqtt-bridge, paho-mqtt5, platform-http, seda, timer",
                        "routes/mine.camel.yaml:21:18: warning: no route begins with 'direct:nobody'",
                        "routes/notes.yml: warning: is ignored; the name of a route file ends with .camel.yaml");
    }

    @Test
    void takesSettingsOfTheCommandLine() throws Exception {
        Files.writeString(folder.resolve("routes/mine.camel.yaml"), """
                - route:
                    id: mine
                    from:
                      uri: "paho-mqtt5:{{own.topic}}"
                      steps:
                        - log:
                            message: hi
                """);

        assertThat(problems(Map.of())).anyMatch(problem -> problem.contains("no setting 'own.topic'"));
        assertThat(problems(Map.of("own.topic", "a/#"))).noneMatch(problem -> problem.contains("own.topic"));
        Files.delete(folder.resolve("routes/mine.camel.yaml"));
        assertThat(problems(Map.of("mqtt.prot", "1884", "mqtt.port", "many")))
                .containsExactly(
                        "command line: key 'mqtt.port': must be a port from 0 to 65535, 0 for any free one, was \"many\"",
                        "command line: key 'mqtt.prot': is unknown, the nearest known key is 'mqtt.port'");
    }

    private List<String> problems(Map<String, String> commandLine) throws IOException {
        return ProjectCheck.of(folder, commandLine, SettingsLoader.DEFAULT_FILE).stream()
                .sorted(Problem.ORDER)
                .map(Problem::toString)
                .toList();
    }

    @Test
    void findsWhatIsWrongInTheTestsOfRoutes() throws Exception {
        Files.writeString(folder.resolve("routes/tests/alert-high-temperature.test.yaml"), "- test: a: b: c\n");
        Files.writeString(
                folder.resolve("routes/tests/device-log-status.test.yaml"),
                "- test: a\n  snd: {payload: 1}\n  expect: nothing\n");
        Files.writeString(folder.resolve("routes/tests/gone.test.yaml"), "");

        assertThat(check(folder))
                .extracting(p -> p.location().replace(folder + "/", ""), Problem::line, Problem::column)
                .containsExactly(
                        tuple("routes/tests/alert-high-temperature.test.yaml", 1, 10),
                        tuple("routes/tests/device-log-status.test.yaml", 1, 3),
                        tuple("routes/tests/device-log-status.test.yaml", 2, 3),
                        tuple("routes/tests/gone.test.yaml", 0, 0));
        assertThat(check(folder)).last().satisfies(gone -> {
            assertThat(gone.message()).isEqualTo("no file has a route with id 'gone'");
            assertThat(gone.hint()).startsWith("the nearest is '");
        });
    }

    @Test
    void saysWhenThereIsNoFolder() {
        assertThatThrownBy(() -> check(folder.resolve("none"))).hasMessageEndingWith("none is not a folder");
    }

    private static List<Problem> check(Path folder) throws Exception {
        return ProjectCheck.of(folder, Map.of(), SettingsLoader.DEFAULT_FILE).stream()
                .sorted(Problem.ORDER)
                .toList();
    }

    private List<Path> tree() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.sorted().toList();
        }
    }
}
