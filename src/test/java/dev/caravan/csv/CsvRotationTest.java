package dev.caravan.csv;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.apache.camel.AsyncProducer;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class CsvRotationTest {

    @TempDir
    Path folder;

    private final MovingClock clock = new MovingClock();

    private CsvLogs logs() {
        return new CsvLogs(folder, clock, CsvFile.DISK);
    }

    private void writeAt(CsvLogs logs, AsyncProducer producer, String time, int value) throws Exception {
        clock.now = Instant.parse(time);
        assertThat(logs.send(producer, Map.of("a", value), null)
                        .get(60, SECONDS)
                        .getException())
                .isNull();
    }

    @Test
    void beginsAFileEachDayAndPutsARowIntoTheDayItWasReceived() throws Exception {
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a&rotate=day&zone=UTC");
            writeAt(logs, log, "2026-05-01T12:00:00Z", 1);
            writeAt(logs, log, "2026-05-01T23:59:59.999Z", 2);
            writeAt(logs, log, "2026-05-02T00:00:00Z", 3);
            writeAt(logs, log, "2026-05-04T00:00:00Z", 4);
        }

        assertThat(CsvLogs.files(folder))
                .isEqualTo(Map.of(
                        "x-2026-05-01.0001.csv", "a\n1\n2\n", "x-2026-05-02.0001.csv", "a\n3\n", "x.csv", "a\n4\n"));
    }

    @Test
    void splitsRowsThatWereGatheredOverMidnight() throws Exception {
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a&rotate=day&zone=UTC");
            clock.now = Instant.parse("2026-05-01T23:59:59Z");
            IntStream.range(0, 1_000).forEach(i -> logs.send(log, Map.of("a", i), null));
            clock.now = Instant.parse("2026-05-02T00:00:00Z");
            IntStream.range(1_000, 2_000).forEach(i -> logs.send(log, Map.of("a", i), null));
        }

        assertThat(CsvLogs.files(folder))
                .isEqualTo(Map.of("x-2026-05-01.0001.csv", rows(0, 1_000), "x.csv", rows(1_000, 2_000)));
    }

    private static String rows(int from, int to) {
        return "a\n" + IntStream.range(from, to).mapToObj(i -> i + "\n").collect(Collectors.joining());
    }

    @Test
    void countsTheDaysOfTheZone() throws Exception {
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a&rotate=day&zone=Europe/Berlin");
            writeAt(logs, log, "2026-05-01T21:59:59Z", 1);
            writeAt(logs, log, "2026-05-01T22:00:00Z", 2);
        }

        assertThat(CsvLogs.files(folder)).containsOnlyKeys("x-2026-05-01.0001.csv", "x.csv");
    }

    @Test
    void keepsTheTwoHoursApartThatHaveOneNameWhenClocksGoBack() throws Exception {
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a&rotate=hour&zone=Europe/Berlin");
            writeAt(logs, log, "2026-10-25T00:30:00Z", 1);
            writeAt(logs, log, "2026-10-25T01:30:00Z", 2);
            writeAt(logs, log, "2026-10-25T02:30:00Z", 3);
        }

        assertThat(CsvLogs.files(folder))
                .isEqualTo(Map.of(
                        "x-2026-10-25T02.0001.csv", "a\n1\n", "x-2026-10-25T02.0002.csv", "a\n2\n", "x.csv", "a\n3\n"));
    }

    @Test
    void goesOnInTheOpenFileWhenTheClockIsSetBackALittle() throws Exception {
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a&rotate=day&zone=UTC");
            writeAt(logs, log, "2026-05-02T00:00:01Z", 1);
            writeAt(logs, log, "2026-05-01T23:59:59Z", 2);
            writeAt(logs, log, "2026-05-02T00:00:02Z", 3);
        }

        assertThat(CsvLogs.files(folder)).isEqualTo(Map.of("x.csv", "a\n1\n2\n3\n"));
    }

    @Test
    void leavesAFutureThatWasWrongAndOverwritesNothing() throws Exception {
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a&rotate=day&zone=UTC");
            writeAt(logs, log, "2026-05-01T12:00:00Z", 1);
            writeAt(logs, log, "2038-01-19T00:00:00Z", 2);
            writeAt(logs, log, "2026-05-01T12:00:01Z", 3);
            writeAt(logs, log, "2026-05-02T12:00:01Z", 4);
        }

        assertThat(CsvLogs.files(folder))
                .isEqualTo(Map.of(
                        "x-2026-05-01.0001.csv", "a\n1\n",
                        "x-2038-01-19.0001.csv", "a\n2\n",
                        "x-2026-05-01.0002.csv", "a\n3\n",
                        "x.csv", "a\n4\n"));
    }

    @Test
    void losesNoRowAndOverwritesNoFileWhateverTheClockDoes() throws Exception {
        Random random = new Random(5);
        int rows = 2_000;
        for (int restart = 0; restart < 4; restart++) {
            try (CsvLogs logs = logs()) {
                AsyncProducer log = logs.open("csv-log:x?columns=a&rotate=hour,1KB&zone=Europe/Berlin");
                for (int i = 0; i < rows / 4; i++) {
                    clock.now = clock.now.plusSeconds(random.nextInt(20) == 0 ? random.nextInt(200_000) - 90_000 : 30);
                    logs.send(log, Map.of("a", restart * rows / 4 + i), null);
                }
            }
        }

        Map<String, String> files = CsvLogs.files(folder);
        assertThat(files.values())
                .allSatisfy(text -> assertThat(text).startsWith("a\n").hasSizeLessThanOrEqualTo(1_024));
        Set<String> found = new HashSet<>();
        files.values().forEach(text -> text.lines().skip(1).forEach(found::add));
        assertThat(found).hasSize(rows);
    }

    @Test
    void closesTheFileOfYesterdayAfterARestart() throws Exception {
        try (CsvLogs logs = logs()) {
            writeAt(logs, logs.open("csv-log:x?columns=a&rotate=day&zone=UTC"), "2026-05-01T12:00:00Z", 1);
        }
        Files.setLastModifiedTime(folder.resolve("x.csv"), FileTime.from(Instant.parse("2026-05-01T12:00:00Z")));

        try (CsvLogs logs = logs()) {
            writeAt(logs, logs.open("csv-log:x?columns=a&rotate=day&zone=UTC"), "2026-05-02T12:00:00Z", 2);
        }

        assertThat(CsvLogs.files(folder)).isEqualTo(Map.of("x-2026-05-01.0001.csv", "a\n1\n", "x.csv", "a\n2\n"));
    }

    @Test
    void closesAFileWithOtherColumns() throws Exception {
        Files.writeString(folder.resolve("x.csv"), "old,columns\n1,2\n");
        Files.setLastModifiedTime(folder.resolve("x.csv"), FileTime.from(Instant.parse("2026-04-30T12:00:00Z")));

        try (CsvLogs logs = logs()) {
            writeAt(logs, logs.open("csv-log:x?columns=a&rotate=day&zone=UTC"), "2026-05-02T12:00:00Z", 2);
        }

        assertThat(CsvLogs.files(folder))
                .isEqualTo(Map.of("x-2026-04-30.0001.csv", "old,columns\n1,2\n", "x.csv", "a\n2\n"));
    }

    @Test
    void widensTheHeaderInANewFileForNewFieldsAndKeepsItAfterARestart() throws Exception {
        String uri = "csv-log:x?columns=a&new-columns=rotate&zone=UTC";
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open(uri);
            logs.send(log, Map.of("a", 1), null).get(60, SECONDS);
            logs.send(log, Map.of("a", 2, "b", "x"), null).get(60, SECONDS);
            logs.send(log, Map.of("a", 3), null).get(60, SECONDS);
        }
        try (CsvLogs logs = logs()) {
            logs.send(logs.open(uri), Map.of("b", "y"), null).get(60, SECONDS);
        }

        assertThat(CsvLogs.files(folder))
                .isEqualTo(Map.of("x-2026-05-01.0001.csv", "a\n1\n", "x.csv", "a,b\n2,x\n3,\n,y\n"));
    }

    @Test
    void widensNoFurtherThanItsLimitAndCountsTheRest() throws Exception {
        Map<String, Object> many = IntStream.range(0, 10_000).boxed().collect(Collectors.toMap(i -> "k" + i, i -> i));
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a&new-columns=rotate&zone=UTC");
            logs.send(log, many, null).get(60, SECONDS);

            assertThat(logs.component.state().unknownFields()).isEqualTo(10_000 - (RowFormat.MOST_COLUMNS - 1));
        }
        assertThat(Files.readAllLines(folder.resolve("x.csv")))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(RowFormat.MOST_COLUMNS));
    }

    @Test
    void compressesClosedFilesAndDeletesTheOldest() throws Exception {
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a&rotate=day&zone=UTC&gzip=true&keep=2");
            Files.writeString(folder.resolve("x-notes.csv"), "mine");
            Files.writeString(folder.resolve("y-2026-01-01.0001.csv"), "of another log");
            for (int day = 1; day <= 5; day++) {
                writeAt(logs, log, "2026-05-0" + day + "T12:00:00Z", day);
            }

            await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> assertThat(names())
                    .containsExactly(
                            "x-2026-05-03.0001.csv.gz",
                            "x-2026-05-04.0001.csv.gz",
                            "x-notes.csv",
                            "x.csv",
                            "y-2026-01-01.0001.csv"));
        }
        assertThat(unpacked("x-2026-05-03.0001.csv.gz")).isEqualTo("a\n3\n");
    }

    @Test
    void clearsUpWhatACrashLeftWhileItCompressed() throws Exception {
        Files.writeString(folder.resolve("x-2026-05-01.0001.csv"), "a\n1\n");
        Files.writeString(folder.resolve("x-2026-05-01.0001.csv.gz.tmp"), "half");
        Files.writeString(folder.resolve("x-2026-05-02.0001.csv"), "a\n2\n");
        Files.writeString(folder.resolve("x-2026-05-02.0001.csv.gz"), "complete, but the plain one is still there");

        try (CsvLogs logs = logs()) {
            logs.open("csv-log:x?columns=a&rotate=day&zone=UTC&gzip=true");

            await().atMost(60, TimeUnit.SECONDS).untilAsserted(() -> assertThat(names())
                    .containsExactly("x-2026-05-01.0001.csv.gz", "x-2026-05-02.0001.csv.gz", "x.csv"));
        }
        assertThat(unpacked("x-2026-05-01.0001.csv.gz")).isEqualTo("a\n1\n");
        assertThat(unpacked("x-2026-05-02.0001.csv.gz")).isEqualTo("a\n2\n");
    }

    private TreeSet<String> names() throws IOException {
        try (var paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private String unpacked(String name) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve(name)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
