package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class TestCommandTest {

    @TempDir
    Path folder;

    private final Console console = new Console();
    private final AtomicReference<TestRun> asked = new AtomicReference<>();

    private int test(String... args) {
        String[] all = new String[args.length + 1];
        all[0] = "test";
        System.arraycopy(args, 0, all, 1, args.length);
        CaravanCommand.Tester tester = (run, out) -> {
            asked.set(run);
            out.println("ok     a: b");
            return 1;
        };
        return console.testing(tester, all);
    }

    @Test
    void handsOverWhatItWasAskedForAndReturnsTheExitCode() throws Exception {
        Path config = Files.createFile(folder.resolve("x.properties"));

        assertThat(test(folder.toString(), "--junit", "a/b.xml", "--config=" + config, "--mqtt.port=1"))
                .isEqualTo(1);

        assertThat(asked.get()).isEqualTo(new TestRun(folder, Path.of("a/b.xml"), config, Map.of("mqtt.port", "1")));
        assertThat(console.out()).isEqualTo("ok     a: b\n");
        assertThat(console.err()).isEmpty();
    }

    @Test
    void needsNoFolder() {
        assertThat(test()).isEqualTo(1);

        assertThat(asked.get()).isEqualTo(new TestRun(null, null, null, Map.of()));
    }

    @Test
    void refusesWhatIsNotThere() {
        assertThat(test(folder.resolve("absent").toString())).isEqualTo(2);
        assertThat(test("--config", folder.resolve("absent").toString())).isEqualTo(2);
        assertThat(test(".", "second")).isEqualTo(2);

        assertThat(asked).hasNullValue();
        assertThat(console.err())
                .contains(
                        "FOLDER: " + folder.resolve("absent") + " is not a folder",
                        "--config: " + folder.resolve("absent") + " is not a file",
                        "'second' is not a setting");
    }

    @Test
    void failsInOneLineWhereItCannotRun() {
        CaravanCommand.Tester tester = (run, out) -> {
            throw new IOException("no routes");
        };

        assertThat(console.testing(tester, "test")).isEqualTo(1);
        assertThat(console.err()).isEqualTo("Error: no routes\n");
    }
}
