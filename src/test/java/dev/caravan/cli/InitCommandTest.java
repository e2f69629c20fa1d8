package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@NullMarked
class InitCommandTest {

    @TempDir
    Path folder;

    private final Console console = new Console();
    private final Map<String, byte[]> shipped =
            new TreeMap<>(Map.of("config/a.properties", bytes("a=1\n"), "routes/r.camel.yaml", bytes("- route:\n")));

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private int init(String... args) {
        return new CommandLine(new InitCommand(console.terminal(), () -> shipped)).execute(args);
    }

    @Test
    void writesEverythingIntoAFolderItMakes() {
        Path site = folder.resolve("new/site");

        assertThat(init(site.toString())).isZero();

        assertThat(site.resolve("config/a.properties")).hasContent("a=1\n");
        assertThat(site.resolve("routes/r.camel.yaml")).hasContent("- route:\n");
        assertThat(console.out().lines()).hasSize(2).allMatch(line -> line.startsWith("wrote "));
    }

    @Test
    void keepsFilesThatDiffer() throws Exception {
        Path mine = Files.writeString(
                Files.createDirectories(folder.resolve("config")).resolve("a.properties"), "mine");

        assertThat(init(folder.toString())).isZero();
        assertThat(init(folder.toString())).isZero();

        assertThat(mine).hasContent("mine");
        assertThat(console.out()).contains("kept      " + mine, "unchanged " + folder.resolve("routes/r.camel.yaml"));
    }

    @Test
    void replacesByForceAndLosesNoOlderVersion() throws Exception {
        Path mine = Files.writeString(
                Files.createDirectories(folder.resolve("config")).resolve("a.properties"), "one");
        assertThat(init(folder.toString(), "--force")).isZero();
        Files.writeString(mine, "two");

        assertThat(init("--force", folder.toString())).isZero();

        assertThat(mine).hasContent("a=1\n");
        assertThat(mine.resolveSibling("a.properties.bak")).hasContent("one");
        assertThat(mine.resolveSibling("a.properties.bak2")).hasContent("two");
    }

    @Test
    void failsInOneLineWhereItCannotWrite() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(console.run("init", file.toString())).isEqualTo(1);
        assertThat(console.err().lines()).singleElement().asString().startsWith("Error: " + file);
    }

    @Test
    void writesWhatIsShipped() {
        assertThat(console.run("init", folder.toString())).isZero();
        assertThat(folder.resolve("routes")).isNotEmptyDirectory();
        assertThat(folder.resolve("routes/tests/csv-log-readings.test.yaml")).isNotEmptyFile();
        assertThat(folder.resolve("routes/tests/payloads/reading.json")).isNotEmptyFile();
        assertThat(folder.resolve("config/application.properties")).isNotEmptyFile();
    }
}
