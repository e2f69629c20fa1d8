package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.cli.TestRun;
import dev.caravan.settings.SettingsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which routes and settings {@code test} takes. */
class RouteTestingTest {

    private static final String ROUTE = """
            - route:
                id: greet
                from:
                  uri: direct:greet
                  steps: [{log: {message: "{{greenhouse.name}} {{mqtt.client-id}}"}}]
            """;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();

    private int test(TestRun run) throws Exception {
        return RouteTesting.test(run, Map.of("MQTT_CLIENT_ID", "envied"), new PrintWriter(out));
    }

    private TestRun run(Path where, Map<String, String> settings) {
        return new TestRun(where, null, null, settings);
    }

    private void write(Path routes, String expected) throws IOException {
        Files.createDirectories(routes.resolve("tests"));
        Files.writeString(routes.resolve("greet.camel.yaml"), ROUTE);
        Files.writeString(
                routes.resolve("tests/greet.test.yaml"), "- {test: greets, send: {}, expect: {log: " + expected + "}}");
    }

    @Test
    void readsSettingsOfTheFolderTheEnvironmentAndTheCommandLine() throws Exception {
        write(folder.resolve("routes"), "north envied");
        Files.createDirectories(folder.resolve("config"));
        Files.writeString(
                folder.resolve("config/application.properties"), "greenhouse.name=north\nmqtt.client-id=filed\n");

        assertThat(test(run(folder, Map.of()))).isZero();
        assertThat(out.toString())
                .contains("ok     greet: greets\n", "1 test of 1 route, all ok, in ")
                .doesNotContain("without tests");
        assertThat(test(run(folder, Map.of("greenhouse.name", "south")))).isEqualTo(1);
        assertThat(out.toString()).contains("expected north envied", "actual   south envied");
    }

    @Test
    void takesAFolderThatHoldsTheRoutesThemselves() throws Exception {
        write(folder, "x envied");
        Path junit = folder.resolve("out.xml");

        assertThat(test(new TestRun(folder, junit, null, Map.of("greenhouse.name", "x"))))
                .isZero();

        assertThat(junit).content().contains("testcase classname=\"greet\" name=\"greets\"");
    }

    @Test
    void followsTheSettingThatNamesTheFolder() throws Exception {
        write(folder.resolve("mine"), "x envied");

        assertThat(test(run(folder, Map.of("routes.directory", "mine", "greenhouse.name", "x"))))
                .isZero();
    }

    @Test
    void refusesAFolderWithoutRoutesAndWrongSettings() {
        assertThatThrownBy(() -> test(run(folder, Map.of())))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        folder.resolve("routes") + " is not a folder, and " + folder + " has no *.camel.yaml either");
        assertThatThrownBy(() -> test(run(folder, Map.of("http.prot", "1"))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("http.prot");
    }
}
