package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.settings.Key;
import dev.caravan.settings.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class CaravanCommandTest {

    @TempDir
    Path folder;

    private final Console console = new Console();
    private final Map<String, String> seen = new HashMap<>();

    private int run(String... args) {
        return console.run(
                (settings, file) -> {
                    seen.putAll(settings);
                    seen.put("file", file.toString());
                    return 7;
                },
                args);
    }

    @Test
    void runsWhenNoCommandIsGiven() {
        assertThat(run()).isEqualTo(7);
        assertThat(seen)
                .containsOnly(Map.entry(
                        "file", Path.of("config", "application.properties").toString()));
    }

    @Test
    void passesSettingsOnWithAndWithoutTheWordRun() throws Exception {
        Path file = Files.createFile(folder.resolve("my.properties"));

        assertThat(run("--http.port=9090", "--mqtt.port", "0", "--config", file.toString(), "--a.b=x=y"))
                .isEqualTo(7);
        assertThat(seen)
                .containsOnly(
                        Map.entry("http.port", "9090"),
                        Map.entry("mqtt.port", "0"),
                        Map.entry("a.b", "x=y"),
                        Map.entry("file", file.toString()));
        seen.clear();
        assertThat(run("run", "--http.port=9090")).isEqualTo(7);
        assertThat(seen).containsEntry("http.port", "9090");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run 9090",
                "--http.port",
                "--http.port --mqtt.port=1",
                "--a.b=1 --a.b=2",
                "--=1",
                "-x",
                "--config nowhere.properties",
                "rnu",
                "pub -t a",
                "pub -m a",
                "pub -t a -m b -n",
                "pub -t a/+ -m b",
                "pub -t a -m b -q 3",
                "pub -t a -m b --repeat 0",
                "pub -t a -m b --will-retain",
                "pub -t a -m b -p 70000",
                "pub -t a -m b -V mqttv4",
                "pub -m b -L http://a/b",
                "sub",
                "sub -t a -c",
                "sub -t a/#/b",
                "sub -t a -T a#",
                "sub -t a -F %z",
                "sub -t a -F @Y",
                "simulate --interval 0s",
                "simulate --interval 5",
                "simulate --devices 0",
                "simulate --prefix a/#"
            })
    void rejectsAWrongCommandLineInTwoLines(String line) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(console.err().lines().toList())
                .hasSizeBetween(2, 3)
                .last()
                .asString()
                .startsWith("Try '");
        assertThat(console.out()).isEmpty();
        assertThat(seen).isEmpty();
    }

    @Test
    void neverRepeatsAPasswordOfAUrl() {
        run("pub", "-m", "x", "-L", "mqtt://me:secret@host:x/t");

        assertThat(console.err()).isNotEmpty().doesNotContain("secret", "Exception");
    }

    @Test
    void tellsEachProblemOfTheSettingsInALine() {
        int code = console.run(
                (settings, file) -> {
                    SettingsLoader.load(settings, Map.of(), file);
                    return 0;
                },
                "--http.port=no",
                "--mqtt.prot=1883");

        assertThat(code).isEqualTo(1);
        assertThat(console.err().lines().toList()).hasSize(2).allSatisfy(line -> assertThat(line)
                .startsWith("command line: key '"));
    }

    @Test
    void tellsAFailedStartInOneLine() {
        int code = console.run((settings, file) -> {
            throw new IllegalStateException("port 1883 is in use\nby somebody");
        });

        assertThat(code).isEqualTo(1);
        assertThat(console.err()).isEqualToNormalizingNewlines("Error: port 1883 is in use; by somebody\n");
    }

    @Test
    void listsEverySettingInItsHelp() {
        assertThat(run("run", "--help")).isZero();
        String help = console.out().replaceAll("\\s+", " ");
        for (Key key : Key.values()) {
            assertThat(help).contains("--" + key.dotted() + "=" + key.defaultValue(), key.description());
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void showsItsVersion() {
        assertThat(run("--version")).isZero();
        assertThat(console.out()).isEqualToNormalizingNewlines("caravan 1.2.3\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "init", "pub", "sub", "simulate"})
    void helpsWithEveryCommand(String command) {
        assertThat(command.isEmpty() ? run("--help") : run(command, "--help")).isZero();
        assertThat(console.out()).startsWith("Usage: java -jar bridge.jar");
    }
}
