package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {

    @TempDir
    private Path folder;

    private final Console console = new Console();

    private static final CaravanCommand.Exporter TWO_ROWS = (query, settings, file, out, progress) -> {
        out.write("a\r\n".getBytes(StandardCharsets.US_ASCII));
        progress.at(1, 0.5);
        out.write("b\r\n".getBytes(StandardCharsets.US_ASCII));
        progress.at(2, 1);
    };

    @Test
    void writesToStandardOutputAndNothingElseThere() {
        AtomicReference<Map<String, String>> given = new AtomicReference<>();

        int code = console.exporting(
                (query, settings, file, out, progress) -> {
                    given.set(settings);
                    assertThat(query.topics().value()).isEqualTo("a/#");
                    assertThat(query.format().suffix()).isEqualTo("csv");
                    TWO_ROWS.export(query, settings, file, out, progress);
                },
                "--topic",
                "a/#",
                "--from",
                "-1d",
                "--data.directory=/x");

        assertThat(code).isZero();
        assertThat(console.out()).isEqualTo("a\r\nb\r\n");
        assertThat(console.err()).isEmpty();
        assertThat(given.get()).isEqualTo(Map.of("data.directory", "/x"));
    }

    @Test
    void aFileAppearsWhenItIsComplete() throws Exception {
        Path file = folder.resolve("f.csv");

        int code = console.exporting(
                (query, settings, config, out, progress) -> {
                    TWO_ROWS.export(query, settings, config, out, progress);
                    assertThat(file).doesNotExist();
                    assertThat(folder.resolve("f.csv.part")).exists();
                },
                "-t",
                "#",
                "-o",
                file.toString());

        assertThat(code).isZero();
        assertThat(Files.readString(file)).isEqualTo("a\r\nb\r\n");
        assertThat(folder.resolve("f.csv.part")).doesNotExist();
        assertThat(console.err()).startsWith("2 messages exported in ");
    }

    @Test
    void aFailureLeavesTheOldFileAndNoHalfOne() throws Exception {
        Path file = Files.writeString(folder.resolve("f.csv"), "old");

        int code = console.exporting(
                (query, settings, config, out, progress) -> {
                    out.write(1);
                    throw new IllegalStateException("the store is damaged");
                },
                "-t",
                "#",
                "-o",
                file.toString());

        assertThat(code).isEqualTo(1);
        assertThat(console.err()).isEqualTo("Error: the store is damaged" + System.lineSeparator());
        assertThat(Files.readString(file)).isEqualTo("old");
        assertThat(folder.resolve("f.csv.part")).doesNotExist();
    }

    @Test
    void aFileThatCannotBeWrittenIsNamedWithTheReason() {
        Path file = folder.resolve("nowhere").resolve("f.csv");

        assertThat(console.exporting(TWO_ROWS, "-t", "#", "-o", file.toString()))
                .isEqualTo(1);
        assertThat(console.err())
                .isEqualTo("Error: cannot write " + file + ": no such folder" + System.lineSeparator());
    }

    @Test
    void theLineDoesNotMixWithRowsOnATerminal() {
        Console mixed = new Console("", true, true);
        Console piped = new Console("", true, false);

        mixed.exporting(TWO_ROWS, "-t", "#");
        piped.exporting(TWO_ROWS, "-t", "#");

        assertThat(mixed.err()).doesNotContain("\r");
        assertThat(piped.err()).contains("\r");
    }

    @Test
    void aStopLeavesNoHalfFile() {
        Path file = folder.resolve("f.csv");

        int code = console.exporting(
                (query, settings, config, out, progress) -> {
                    out.write(1);
                    Thread.currentThread().interrupt(); // What stands for Ctrl-C in a test.
                    assertThat(progress.at(1, 0.1)).isFalse();
                },
                "-t",
                "#",
                "-o",
                file.toString());

        assertThat(code).isEqualTo(1);
        assertThat(console.err()).contains("not complete");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aReaderWhoHasEnoughEndsItQuietlyAndAFullDiskDoesNot() {
        assertThat(failing("Broken pipe")).isEqualTo("0 ");
        assertThat(failing("No space left on device")).startsWith("1 Error: No space left on device");
    }

    private static String failing(String reason) {
        StringWriter err = new StringWriter();
        OutputStream out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(reason);
            }
        };
        Terminal terminal =
                new Terminal(new ByteArrayInputStream(new byte[0]), out, new PrintWriter(err, true), false, false);
        int code = CaravanCommand.execute(
                new CaravanCommand.Services(
                        (settings, file) -> 0, (folder, settings, file) -> List.of(), (run, o) -> 0, TWO_ROWS),
                "1.2.3",
                terminal,
                "export",
                "-t",
                "#");
        return code + " " + err;
    }

    @Test
    void saysWhenNothingMatches() {
        assertThat(console.exporting((query, settings, file, out, progress) -> progress.at(0, 1), "-t", "#"))
                .isZero();
        assertThat(console.err()).isEqualTo("no message matches" + System.lineSeparator());
    }

    @Test
    void namesTheOptionThatIsWrong() {
        assertThat(console.exporting(TWO_ROWS, "-t", "#", "--from", "yesterday"))
                .isEqualTo(2);
        assertThat(console.err()).startsWith("--from must be seconds since 1970");
    }

    @Test
    void demandsATopic() {
        assertThat(console.exporting(TWO_ROWS)).isEqualTo(2);
        assertThat(console.err()).contains("--topic");
    }

    @Test
    void showsHowFarItIs() {
        assertThat(ExportBar.line(1_234_567, 0.5, 2_000_000_000L))
                .isEqualTo("[###############---------------]  50 %  1,234,567 messages  617,284/s");
        assertThat(ExportBar.line(0, 1, 0)).startsWith("[##############################] 100 %");
    }
}
