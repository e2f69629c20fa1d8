package dev.caravan.csv;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@NullMarked
class CsvBatchTest {

    @TempDir
    Path folder;

    private final MovingClock clock = new MovingClock();
    private final AtomicReference<@Nullable FullDisk> disk = new AtomicReference<>();

    private CsvLogs logs() {
        return new CsvLogs(folder, clock, path -> {
            FullDisk full = new FullDisk(CsvFile.DISK.open(path));
            disk.set(full);
            return full;
        });
    }

    private FullDisk disk() {
        FullDisk full = disk.get();
        if (full == null) {
            throw new AssertionError("nothing was opened");
        }
        return full;
    }

    private List<CompletableFuture<Exchange>> send(CsvLogs logs, AsyncProducer log, int from, int to) {
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        IntStream.range(from, to).forEach(i -> sent.add(logs.send(log, Map.of("a", i), null)));
        return sent;
    }

    private static String rows(int from, int to) {
        return "a\n" + IntStream.range(from, to).mapToObj(i -> i + "\n").collect(Collectors.joining());
    }

    @Test
    void completesAnExchangeOnlyWhenItsRowIsInTheFile() throws Exception {
        CountDownLatch mayWrite = new CountDownLatch(1);
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a");
            disk().mayWrite = mayWrite;
            List<CompletableFuture<Exchange>> sent = send(logs, log, 0, 200);

            assertThat(sent).noneMatch(CompletableFuture::isDone);
            mayWrite.countDown();

            for (CompletableFuture<Exchange> one : sent) {
                assertThat(one.get(60, SECONDS).getException()).isNull();
            }
            assertThat(folder.resolve("x.csv")).hasContent(rows(0, 200));
        }
    }

    @Test
    void holdsRowsWhileTheDiskIsFullAndWritesThemInOrderWithoutAnyNewOnes() throws Exception {
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a");
            logs.send(log, Map.of("a", 0), null).get(60, SECONDS);
            disk().room = 5;
            List<CompletableFuture<Exchange>> sent = send(logs, log, 1, 100);
            await().atMost(60, SECONDS).untilAsserted(() -> {
                CsvLogReport report = logs.component.state().logs().get(0);
                assertThat(report.failingSince()).isEqualTo(clock.now);
                assertThat(report.lastError()).contains("No space left");
                assertThat(report.waiting()).isPositive();
            });
            assertThat(Files.readString(folder.resolve("x.csv"))).endsWith("\n");

            disk().room = Long.MAX_VALUE;

            for (CompletableFuture<Exchange> one : sent) {
                assertThat(one.get(60, SECONDS).getException()).isNull();
            }
            assertThat(folder.resolve("x.csv")).hasContent(rows(0, 100));
            await().atMost(60, SECONDS).untilAsserted(() -> {
                assertThat(logs.component.state().logs().get(0).failingSince()).isNull();
                assertThat(logs.component.state().logs().get(0).waiting()).isZero();
            });
        }
    }

    @Test
    void goesOnAfterAnErrorAndWritesEachRowOnce() throws Exception {
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a");
            logs.send(log, Map.of("a", 0), null).get(60, SECONDS);
            disk().errors = 2;

            for (CompletableFuture<Exchange> one : send(logs, log, 1, 100)) {
                assertThat(one.get(60, SECONDS).getException()).isNull();
            }
            assertThat(folder.resolve("x.csv")).hasContent(rows(0, 100));
            assertThat(logs.component.state().logs().get(0).lastError()).contains("OutOfMemoryError");
            assertThat(disk().errors).isZero();
        }
    }

    @Test
    void writesOnAndKeepsOrderWhileAStepBehindItIsSlow() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        List<Object> done = Collections.synchronizedList(new ArrayList<>());
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a");
            for (int i = 0; i < 200; i++) {
                Exchange exchange = new DefaultExchange(logs.camel);
                exchange.getMessage().setBody(Map.of("a", i));
                Object value = i;
                log.process(exchange, doneSync -> {
                    try {
                        slow.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    done.add(value);
                });
            }

            await().atMost(60, SECONDS)
                    .untilAsserted(() -> assertThat(folder.resolve("x.csv")).hasContent(rows(0, 200)));
            assertThat(done).isEmpty();
            slow.countDown();
        }
        assertThat(done).isEqualTo(IntStream.range(0, 200).boxed().toList());
    }

    @Test
    void tellsOfAWriteThatHangsAndStopsAllTheSame() throws Exception {
        CountDownLatch mayWrite = new CountDownLatch(1);
        CsvFile.Opener hanging = path -> {
            FullDisk hangs = new FullDisk(CsvFile.DISK.open(path));
            hangs.mayWrite = mayWrite;
            return hangs;
        };
        try (CsvLogs logs = new CsvLogs(folder, clock, hanging, Duration.ofMillis(100))) {
            AsyncProducer log = logs.open("csv-log:x?columns=a");
            CompletableFuture<Exchange> sent = logs.send(log, Map.of("a", 0), null);
            await().atMost(60, SECONDS).untilAsserted(() -> {
                CsvLogReport report = logs.component.state().logs().get(0);
                assertThat(report.waiting()).isEqualTo(1);
                assertThat(report.waitingSince()).isEqualTo(clock.now);
            });

            log.stop();

            assertThat(sent).isNotDone();
            assertThatThrownBy(() -> logs.open("csv-log:x?columns=a")).hasMessageContaining("a write hung");
            mayWrite.countDown();
            assertThat(sent.get(60, SECONDS).getException()).isNull();
            await().atMost(60, SECONDS).ignoreExceptions().untilAsserted(() -> logs.open("csv-log:x?columns=a"));
            assertThat(folder.resolve("x.csv")).hasContent(rows(0, 1));
        }
    }

    @Test
    void turnsHeldRowsAwayWhenItStops() throws Exception {
        List<CompletableFuture<Exchange>> sent;
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a");
            disk().room = 0;
            sent = send(logs, log, 0, 10);
        }

        for (CompletableFuture<Exchange> one : sent) {
            assertThat(one.get(60, SECONDS).getException()).isInstanceOf(RejectedExecutionException.class);
        }
        assertThat(folder.resolve("x.csv")).hasContent("a\n");
    }

    @Test
    void failsTheWholeBatchWhereTheRouteWantsToKnowAndLeavesNoRowOfIt() throws Exception {
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:x?columns=a&write-error=fail");
            disk().room = 5;

            for (CompletableFuture<Exchange> one : send(logs, log, 100, 103)) {
                one.get(60, SECONDS);
            }
            disk().room = 0;
            List<CompletableFuture<Exchange>> failed = send(logs, log, 200, 230);
            for (CompletableFuture<Exchange> one : failed) {
                assertThat(one.get(60, SECONDS).getException()).isInstanceOf(CsvWriteException.class);
            }

            assertThat(Files.readString(folder.resolve("x.csv"))).endsWith("\n").doesNotContain("20");
            assertThat(logs.component.state().logs().get(0).waiting()).isZero();
        }
    }

    @Test
    void writesAFileForEachDeviceAndKeepsFewOpen() throws Exception {
        List<FileChannel> open = new ArrayList<>();
        try (CsvLogs logs = new CsvLogs(folder, clock, path -> {
            FileChannel channel = CsvFile.DISK.open(path);
            open.add(channel);
            assertThat(open.stream().filter(FileChannel::isOpen)).hasSizeLessThanOrEqualTo(3);
            return channel;
        })) {
            AsyncProducer log = logs.open("csv-log:rooms?columns=a&file=topic:2&open-files=3");
            for (int i = 0; i < 40; i++) {
                assertThat(logs.send(log, Map.of("a", i), "rooms/r" + i % 10 + "/data")
                                .get(60, SECONDS)
                                .getException())
                        .isNull();
            }
        }

        assertThat(CsvLogs.files(folder)).hasSize(10).containsEntry("rooms/r7.csv", "a\n7\n17\n27\n37\n");
    }

    @Test
    void beginsNoMoreFilesThanAllowedAndSaysWhy() throws Exception {
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:rooms?columns=a&file=topic:2&max-files=2");
            for (String room : List.of("a", "b", "c", "a")) {
                logs.send(log, Map.of("a", 1), "rooms/" + room).get(60, SECONDS);
            }

            assertThat(logs.component.state().rejectedByReason()).isEqualTo(Map.of("more than 2 files", 1L));
        }
        assertThat(CsvLogs.files(folder)).containsOnlyKeys("rooms/a.csv", "rooms/b.csv");
    }

    @Test
    void letsNoTopicOutOfItsFolder() throws Exception {
        try (CsvLogs logs = logs()) {
            AsyncProducer log = logs.open("csv-log:rooms?columns=a&file=$.id|topic:2");
            for (String id :
                    List.of("..", "../../x", "CON", "a\u0000b", "x".repeat(300), "", "A", "a", "é", "e\u0301")) {
                assertThat(logs.send(log, Map.of("a", 1, "id", id), null)
                                .get(60, SECONDS)
                                .getException())
                        .isNull();
            }
            Exchange without = logs.send(log, Map.of("a", 1), null).get(60, SECONDS);
            assertThat(without.getException()).hasMessageContaining("'file'");
        }

        Map<String, String> files = CsvLogs.files(folder);
        assertThat(files).hasSize(10);
        assertThat(files.keySet()).allMatch(name -> name.matches("rooms/[A-Za-z0-9_~-]{1,64}\\.csv"));
    }
}
