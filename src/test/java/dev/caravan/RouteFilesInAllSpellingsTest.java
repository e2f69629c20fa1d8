package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.settings.SettingsLoader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing is refused, and no call is warned of, that Camel would run. */
class RouteFilesInAllSpellingsTest {

    @TempDir
    Path folder;

    @Test
    void haveNoProblem() throws Exception {
        int files = writeFiles();

        assertThat(files).isGreaterThan(15);
        assertThat(ProjectCheck.of(folder, Map.of(), SettingsLoader.DEFAULT_FILE))
                .filteredOn(problem -> !problem.warning() || problem.message().contains("direct:"))
                .isEmpty();
    }

    private int writeFiles() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("good-route-files.txt")) {
            String table = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            String[] files = table.split("(?m)^=== ", -1);
            Files.createDirectories(folder.resolve("routes"));
            for (int i = 1; i < files.length; i++) {
                String[] parts = files[i].split("\n", 2);
                Files.writeString(folder.resolve("routes").resolve(parts[0]), parts[1]);
            }
            return files.length - 1;
        }
    }
}
