package dev.caravan.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class LogFilesTest {

    @Test
    void forgetsTheClosedFilesThatWereUsedLongestAgo(@TempDir Path folder) throws Exception {
        CsvLogOptions options = CsvLogOptions.read("x", new HashMap<>(Map.of("columns", "a", "file", "topic:2")));
        CsvFile.Rules rules = new CsvFile.Rules(
                CsvFile.DISK, new MovingClock(), Rotation.never(ZoneOffset.UTC), true, () -> {}, new RowBuffer());
        LogFiles files = new LogFiles(folder, "x", options, rules);
        CsvFile last = files.file("0", List.of("a"));

        for (int i = 1; i < LogFiles.MOST_REMEMBERED + 100; i++) {
            last = files.file(String.valueOf(i), List.of("a"));
        }

        assertThat(files.remembered()).isEqualTo(LogFiles.MOST_REMEMBERED);
        assertThat(files.file(String.valueOf(LogFiles.MOST_REMEMBERED + 99), List.of("a")))
                .isSameAs(last);
    }
}
