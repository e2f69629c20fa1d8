package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.check.RouteFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteSourceTest {

    @TempDir
    Path folder;

    @Test
    void saysWhoMustBeAllowedToReadAFile() {
        RouteFile file = new RouteFile("x.camel.yaml", "routes/x.camel.yaml", "");

        assertThat(RouteSource.unreadable(file, new AccessDeniedException("routes/x.camel.yaml")))
                .hasToString("routes/x.camel.yaml: cannot be read: permission denied; "
                        + "let the user that runs Caravan read it (chmod, chown)");
        assertThat(RouteSource.unreadable(file, new IOException("Input/output error")))
                .hasToString("routes/x.camel.yaml: cannot be read: java.io.IOException: Input/output error");
    }

    @Test
    void givesAFileThatCannotBeReadAStampSoThatTheOthersAreSeen() throws Exception {
        Files.createSymbolicLink(folder.resolve("circle.camel.yaml"), Path.of("circle.camel.yaml"));
        Files.writeString(folder.resolve("a.camel.yaml"), "x");
        RouteSource source = new RouteSource(folder);

        assertThat(source.stamps()).containsOnlyKeys("a.camel.yaml", "circle.camel.yaml");
        assertThat(source.stamps()).isEqualTo(source.stamps());
        RouteSource.Reading circle = source.read("circle.camel.yaml");
        assertThat(circle.problem()).asString().contains("circle.camel.yaml: cannot be read: ");
    }

    @Test
    void looksAtRouteFilesAlone() throws Exception {
        Files.writeString(folder.resolve("a.camel.yaml"), "x");
        Files.writeString(folder.resolve("a.camel.yaml~"), "x");
        Files.writeString(folder.resolve(".a.camel.yaml.swp"), "x");
        Files.writeString(folder.resolve(".b.camel.yaml"), "x");
        Files.writeString(folder.resolve("c.yaml"), "x");
        Files.writeString(folder.resolve("d.kamelet.yaml"), "x");
        RouteSource source = new RouteSource(folder);

        assertThat(source.stamps()).containsOnlyKeys("a.camel.yaml", "d.kamelet.yaml");
        assertThat(source.otherYaml()).containsExactly("c.yaml");
    }
}
