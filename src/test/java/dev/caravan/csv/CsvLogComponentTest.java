package dev.caravan.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class CsvLogComponentTest {

    private static final String URI = "csv-log:sensor_data?columns=timestamp|received,device_id|topic:2,temperature";
    private static final String HEADER = "timestamp,device_id,temperature\n";

    @TempDir
    Path folder;

    private Path file;
    private Path torn;
    private final MovingClock clock = new MovingClock();
    private final AtomicReference<@Nullable FullDisk> disk = new AtomicReference<>();
    private final List<DefaultCamelContext> contexts = new ArrayList<>();

    private record Log(DefaultCamelContext camel, CsvLogComponent component, ProducerTemplate template) {
        void send(Object body) {
            template.sendBodyAndHeader("direct:in", body, "CamelMqttTopic", "sensors/dev-1/data");
        }
    }

    @BeforeEach
    void nameFiles() {
        file = folder.resolve("csv/sensor_data.csv");
        torn = folder.resolve("csv/sensor_data.csv.torn");
    }

    @AfterEach
    void stop() {
        contexts.forEach(DefaultCamelContext::stop);
    }

    private Log start(String... uris) throws Exception {
        DefaultCamelContext camel = new DefaultCamelContext();
        contexts.add(camel);
        CsvLogComponent component = new CsvLogComponent(
                path -> {
                    FullDisk full = new FullDisk(CsvFile.DISK.open(path));
                    disk.set(full);
                    return full;
                },
                Duration.ofSeconds(10));
        component.setDirectory(folder.resolve("csv"));
        component.setClock(clock);
        camel.addComponent("csv-log", component);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                for (int i = 0; i < uris.length; i++) {
                    from("direct:in" + (i == 0 ? "" : i)).to(uris[i]);
                }
            }
        });
        camel.start();
        return new Log(camel, component, camel.createProducerTemplate());
    }

    private static Map<String, Object> reading(Object temperature) {
        return Map.of("timestamp", "t", "device_id", "d", "temperature", temperature);
    }

    @Test
    void writesTheHeaderOnceAndARowForEachExchange() throws Exception {
        Log log = start(URI);

        log.send(reading(21.5));
        log.send(Map.of("temperature", 22));

        assertThat(file).hasContent(HEADER + "t,d,21.5\n2026-05-01T12:00:00.120Z,dev-1,22\n");
        assertThat(log.component().state().rows()).isEqualTo(2);
    }

    @Test
    void isFoundByCamelByItsScheme() throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            assertThat(camel.getComponent("csv-log")).isInstanceOf(CsvLogComponent.class);
        }
    }

    @Test
    void appendsAfterARestart() throws Exception {
        Log first = start(URI);
        first.send(reading(1));
        first.camel().stop();

        start(URI).send(reading(2));

        assertThat(file).hasContent(HEADER + "t,d,1\nt,d,2\n");
    }

    @Test
    void takesATornRowOutAndKeepsItAside() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, HEADER + "t,d,1\nt,\"d\n");

        start(URI).send(reading(2));

        assertThat(Files.readString(file)).isEqualTo(HEADER + "t,d,1\nt,d,2\n");
        assertThat(Files.readString(torn)).isEqualTo("t,\"d\n\n");
    }

    @Test
    void replacesATornHeader() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "timestamp,devi");

        start(URI).send(reading(2));

        assertThat(file).hasContent(HEADER + "t,d,2\n");
        assertThat(torn).hasContent("timestamp,devi\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "time,device_id,temperature\n1,2,3\n",
                "timestamp,device_id\n1,2\n",
                "timestamp,device_id,temperature,humidity\n",
                "a diary without line end",
                "\"timestamp\"x,a\n",
                "\n"
            })
    void rejectsAFileWithAnotherHeaderAndLeavesItAsItIs(String content) throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);

        assertThatThrownBy(() -> start(URI))
                .rootCause()
                .hasMessageContaining(file.toString())
                .hasMessageContaining("expected 'timestamp,device_id,temperature'");
        assertThat(Files.readString(file)).isEqualTo(content);
        assertThat(torn).doesNotExist();
    }

    @Test
    void acceptsTheSameHeaderWrittenWithQuotesAndCrLf() throws Exception {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "\"timestamp\",device_id,temperature\r\n1,2,3\r\n");

        start(URI).send(reading(2));

        assertThat(Files.readString(file)).endsWith("1,2,3\r\nt,d,2\n");
    }

    @Test
    void rejectsTwoSetsOfColumnsForOneFile() {
        assertThatThrownBy(() -> start(URI, "csv-log:sensor_data?columns=other"))
                .rootCause()
                .hasMessageContaining("the header is 'timestamp,device_id,temperature', expected 'other'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evil",
                "a/b",
                "a\\b",
                ".hidden",
                "..",
                "C:evil",
                "nul",
                "COM1.x",
                "a%2Fb",
                "%2e%2e%2fx",
                "a b",
                "é",
                "a\u0000"
            })
    void rejectsNamesThatAreNotPlainFileNames(String name) {
        assertThatThrownBy(() -> start("csv-log:" + name + "?columns=a")).isInstanceOf(Exception.class);
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "csv-log:a",
                "csv-log:a?columns=",
                "csv-log:a?columns=a|never",
                "csv-log:a?columns=a&fsync=sometimes",
                "csv-log:a?columns=a&colour=red"
            })
    void rejectsBrokenOptions(String uri) {
        assertThatThrownBy(() -> start(uri)).isInstanceOf(Exception.class);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void rejectsBodiesThatAreNoObjects() throws Exception {
        Log log = start(URI);

        for (Object body : List.of("{\"temperature\":1}", 5, List.of(1), new byte[0])) {
            assertThatThrownBy(() -> log.send(body))
                    .isInstanceOf(CamelExecutionException.class)
                    .hasRootCauseMessage("payload is not a JSON object");
        }
        assertThat(log.component().state().rejected()).isEqualTo(4);
        assertThat(file).hasContent(HEADER);
    }

    @Test
    void countsWhatItLeftOut() throws Exception {
        Log log = start(URI);

        log.send(Map.of("temperature", List.of(1, 2), "x", 1, "y", 2));
        log.send(Map.of());

        CsvLogState state = log.component().state();
        assertThat(List.of(state.rows(), state.unknownFields(), state.nested(), state.missingFields()))
                .containsExactly(2L, 2L, 1L, 1L);
    }

    @Test
    void cutsAHalfWrittenRowOffWhenTheDiskIsFull() throws Exception {
        Log log = start(URI + "&write-error=fail");
        log.send(reading(1));
        disk().room = 3;

        assertThatThrownBy(() -> log.send(reading(2))).hasRootCauseMessage("No space left on device");

        assertThat(file).hasContent(HEADER + "t,d,1\n");
        disk().room = Long.MAX_VALUE;
        log.send(reading(3));
        assertThat(file).hasContent(HEADER + "t,d,1\nt,d,3\n");
        assertThat(log.component().state().failed()).isEqualTo(1);
    }

    @Test
    void cutsAHalfWrittenRowOffBeforeTheNextWhenItCouldNotAtOnce() throws Exception {
        Log log = start(URI + "&write-error=fail");
        disk().room = 3;
        disk().refusesToCut = true;
        assertThatThrownBy(() -> log.send(reading(2))).isInstanceOf(CamelExecutionException.class);
        disk().room = Long.MAX_VALUE;
        assertThatThrownBy(() -> log.send(reading(3))).hasRootCauseMessage("Input/output error");
        assertThat(Files.readString(file)).isEqualTo(HEADER + "t,d");

        disk().refusesToCut = false;
        log.send(reading(4));

        assertThat(file).hasContent(HEADER + "t,d,4\n");
    }

    @Test
    void startsANewFileWhenItsOwnWasMovedAway() throws Exception {
        Log log = start(URI);
        log.send(reading(1));
        Path moved = Files.move(file, folder.resolve("old.csv"));
        clock.now = clock.now.plusMillis(CsvFile.MOVE_CHECK_MILLIS);

        log.send(reading(2));

        assertThat(moved).hasContent(HEADER + "t,d,1\n");
        assertThat(file).hasContent(HEADER + "t,d,2\n");
    }

    @Test
    void writesTheHeaderAgainWhenTheFileWasEmptied() throws Exception {
        Log log = start(URI);
        log.send(reading(1));
        try (FileChannel channel = FileChannel.open(file, java.nio.file.StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }

        log.send(reading(2));

        assertThat(file).hasContent(HEADER + "t,d,2\n");
    }

    @Test
    void writesTheRowOfAThreadThatWasInterruptedWhileItWaited() throws Exception {
        Log log = start(URI);
        Thread.currentThread().interrupt();
        try {
            log.send(reading(1));
        } catch (CamelExecutionException interrupted) {
            assertThat(interrupted).hasRootCauseInstanceOf(InterruptedException.class);
        } finally {
            Thread.interrupted();
        }

        log.send(reading(2));

        assertThat(file).hasContent(HEADER + "t,d,1\nt,d,2\n");
    }

    @Test
    void sharesTheFileBetweenRoutesAndClosesItWithTheLast() throws Exception {
        Log log = start(URI, URI + "&fsync=always");
        log.send(reading(1));
        log.camel()
                .getRouteController()
                .stopRoute(log.camel().getRoutes().get(0).getRouteId());

        log.template().sendBody("direct:in1", reading(2));

        assertThat(file).hasContent(HEADER + "t,d,1\nt,d,2\n");
        assertThat(disk().isOpen()).isTrue();
        log.camel().stop();
        assertThat(disk().isOpen()).isFalse();
    }

    @Test
    void keepsRowsWholeWhenFourThreadsWrite() throws Exception {
        Log log = start(URI, URI);
        int each = 10_000;
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<?>> done = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String device = "dev-" + t;
            String to = t % 2 == 0 ? "direct:in" : "direct:in1";
            done.add(threads.submit(() -> {
                for (int i = 0; i < each; i++) {
                    log.template().sendBody(to, Map.of("timestamp", "a\n\"b\"", "device_id", device, "temperature", i));
                }
            }));
        }
        for (Future<?> one : done) {
            one.get();
        }
        threads.shutdown();

        Map<String, Integer> next = new java.util.HashMap<>();
        Set<String> devices = new HashSet<>();
        try (CSVParser parser = CSVParser.parse(Files.newBufferedReader(file), RowFormat.CSV)) {
            for (CSVRecord row : parser) {
                if (row.getRecordNumber() > 1) {
                    assertThat(row.get(0)).isEqualTo("a\n\"b\"");
                    int expected = next.merge(row.get(1), 1, Integer::sum) - 1;
                    assertThat(row.get(2)).isEqualTo(String.valueOf(expected));
                    devices.add(row.get(1));
                }
            }
        }
        assertThat(devices).hasSize(4);
        assertThat(next.values()).containsOnly(each);
    }

    private FullDisk disk() throws IOException {
        FullDisk full = disk.get();
        if (full == null) {
            throw new IOException("nothing was opened");
        }
        return full;
    }
}
