package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.settings.SettingsLoader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every file's problem is told in one go, and no file is blamed for another's. */
class RouteFilesWithMistakesTest {

    @TempDir
    Path folder;

    @BeforeEach
    void makeTheFolder() throws IOException {
        Files.createDirectories(folder.resolve("routes"));
    }

    @Test
    void areAllToldTogether() throws Exception {
        write("a", "- log: \"${boddy}\"");
        write("b", "- filter: {simple: \"${body} => 5\", steps: [{log: x}]}");
        write("c", "- setHeader: {constant: x}");
        write("d", "- aggregate: {completionSize: 3, steps: [{log: x}]}");
        write("e", "- doTry: {steps: [{log: x}], doCatch: [{exception: [java.lang.Excption], steps: [{log: y}]}]}");
        write("f", "- throwException: {exceptionType: NoSuch, message: x}");
        write("g", "- convertBodyTo: strng");
        write("good", "- log: x");

        assertThat(problems())
                .containsExactly(
                        "a:7:17: the expression '${boddy}' is not Simple: Unknown function: boddy at location 0",
                        "b:7:29: the expression '${body} => 5' is not Simple: Unexpected token = at location 8",
                        "c:7:11: 'setHeader' has no 'name'",
                        "d:7:11: 'aggregate' has no 'correlationExpression'",
                        "e:7:61: unknown class 'java.lang.Excption'",
                        "f:7:43: unknown class 'NoSuch'",
                        "g:7:26: unknown class 'strng'");
    }

    @Test
    void areNotLaidOnOtherFilesWhereAKameletFails() throws Exception {
        write("good", "- log: x");
        write("uses", "- to: \"kamelet:bad\"");
        Files.writeString(folder.resolve("routes/bad.kamelet.yaml"), """
                apiVersion: camel.apache.org/v1
                kind: Kamelet
                metadata:
                  name: bad
                spec:
                  definition:
                    title: Bad
                  template:
                    from:
                      uri: kamelet:source
                      steps:
                        - log: x
                        - setBody: {simple: "${boddy}"}
                """);

        assertThat(problems())
                .singleElement()
                .asString()
                .startsWith("bad.kamelet.yaml:13:")
                .contains("${boddy}");
    }

    @Test
    void areToldOfAConfigurationWithoutAnIdToo() throws Exception {
        Files.writeString(folder.resolve("routes/rules.camel.yaml"), """
                - routeConfiguration:
                    onException:
                      - onException:
                          exception: [java.lang.Exception]
                          handled: {simple: "${boddy}"}
                          steps: [{log: x}]
                """);

        assertThat(problems()).singleElement().asString().startsWith("rules:5:");
    }

    private void write(String name, String step) throws IOException {
        Files.writeString(folder.resolve("routes/" + name + ".camel.yaml"), """
                - route:
                    id: %s
                    description: Has a step.
                    from:
                      uri: timer:%s
                      steps:
                        %s
                """.formatted(name, name, step));
    }

    private List<String> problems() throws Exception {
        return ProjectCheck.of(folder, Map.of(), SettingsLoader.DEFAULT_FILE).stream()
                .map(problem -> problem.toString()
                        .replaceFirst(".*/", "")
                        .replaceFirst("\\.camel\\.yaml", "")
                        .replaceFirst(";.*", ""))
                .sorted()
                .toList();
    }
}
