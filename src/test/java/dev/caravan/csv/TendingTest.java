package dev.caravan.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class TendingTest {

    @TempDir
    Path folder;

    @Test
    void deletesAndCompressesFilesBehindOneThatCannotBeCompressed() throws Exception {
        for (String name : new String[] {"a-2026-05-01", "b-2026-05-01", "b-2026-05-02"}) {
            Files.writeString(folder.resolve(name + ".0001.csv"), "x\n1\n");
        }
        // No file can be moved to where a folder is that holds something.
        Path inTheWay = Files.createDirectories(folder.resolve("a-2026-05-01.0001.csv.gz/x"));

        new Tending(folder, base -> true, true, Retention.parse("1"), new MovingClock()).run();

        assertThat(inTheWay).exists();
        assertThat(folder.resolve("a-2026-05-01.0001.csv")).exists();
        assertThat(folder.resolve("b-2026-05-01.0001.csv")).doesNotExist();
        assertThat(folder.resolve("b-2026-05-02.0001.csv")).doesNotExist();
        assertThat(folder.resolve("b-2026-05-02.0001.csv.gz")).exists();
    }
}
