package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.check.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {

    private static final Problem WARNING = new Problem("routes/b.camel.yaml", 1, 3, true, "has no id", "");
    private static final Problem ERROR = new Problem("routes/a.camel.yaml", 6, 11, false, "unknown step", "try 'log'");

    private final Console console = new Console();

    @Test
    void printsEveryProblemInTheOrderOfTheFiles() {
        assertThat(check(List.of(WARNING, ERROR))).isEqualTo(1);

        assertThat(console.out()).isEqualTo("""
                        routes/a.camel.yaml:6:11: unknown step; try 'log'
                        routes/b.camel.yaml:1:3: warning: has no id
                        1 problem, 1 warning
                        """);
    }

    @Test
    void takesWarningsForNoProblem() {
        assertThat(check(List.of(WARNING))).isZero();

        assertThat(console.out()).endsWith("no problem, 1 warning\n");
    }

    @Test
    void printsJson() throws Exception {
        assertThat(check(List.of(WARNING, ERROR), "--format", "json")).isEqualTo(1);

        JsonNode list = new ObjectMapper().readTree(console.out());
        assertThat(list).hasSize(2);
        assertThat(list.get(0).toString())
                .isEqualTo("{\"file\":\"routes/a.camel.yaml\",\"line\":6,\"column\":11,\"severity\":\"error\","
                        + "\"message\":\"unknown step\",\"hint\":\"try 'log'\"}");
        assertThat(list.at("/1/severity").asText()).isEqualTo("warning");
    }

    @Test
    void refusesAnotherFormat() {
        assertThat(check(List.of(), "--format", "xml")).isEqualTo(2);
    }

    @Test
    void checksTheFolderThatIsNamed(@TempDir Path named) {
        AtomicReference<Path> asked = new AtomicReference<>();
        CaravanCommand.Checker checker = (folder, settings, config) -> {
            asked.set(folder);
            throw new IOException("cannot be read");
        };

        assertThat(console.check(checker, named.toString())).isEqualTo(1);
        assertThat(asked.get()).isEqualTo(named);
        assertThat(console.err()).isEqualTo("Error: cannot be read\n");
    }

    @Test
    void handsOnSettingsOfTheCommandLine(@TempDir Path named) {
        AtomicReference<Map<String, String>> given = new AtomicReference<>();
        CaravanCommand.Checker checker = (folder, settings, config) -> {
            given.set(settings);
            return List.of();
        };

        assertThat(console.check(checker, named.toString(), "--mqtt.port=1", "--own.topic=a/#"))
                .isZero();
        assertThat(given.get()).isEqualTo(Map.of("mqtt.port", "1", "own.topic", "a/#"));
        assertThat(console.check(checker, named.toString(), "second")).isEqualTo(2);
        assertThat(console.err()).contains("'second' is not a setting");
    }

    @Test
    void readsTheSettingsThatAreNamedFromHereAndOthersInTheFolder(@TempDir Path named) throws Exception {
        Path here = Files.createTempFile(Path.of("target"), "check", ".properties");
        AtomicReference<Path> given = new AtomicReference<>();
        CaravanCommand.Checker checker = (folder, settings, config) -> {
            given.set(folder.resolve(config));
            return List.of();
        };

        assertThat(console.check(checker, named.toString(), "--config", here.toString()))
                .isZero();
        Files.delete(here);
        assertThat(given.get()).isEqualTo(here.toAbsolutePath());
        assertThat(console.check(checker, named.toString())).isZero();
        assertThat(given.get()).isEqualTo(named.resolve("config/application.properties"));
    }

    @Test
    void takesASettingsFileThatIsNotThereForAWrongCommandLine(@TempDir Path named) {
        assertThat(check(List.of(), named.toString(), "--config", "nonexistent.properties"))
                .isEqualTo(2);
        assertThat(console.err()).startsWith("--config: nonexistent.properties is not a file\n");
    }

    @Test
    void takesAFolderThatIsNotThereForAWrongCommandLine() {
        assertThat(check(List.of(), "no/folder")).isEqualTo(2);
        assertThat(console.err()).startsWith("FOLDER: no/folder is not a folder\n");
    }

    private int check(List<Problem> problems, String... args) {
        return console.check((Path folder, Map<String, String> settings, Path config) -> problems, args);
    }
}
