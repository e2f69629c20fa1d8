package dev.caravan.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.Ledger;
import dev.caravan.testkit.LedgerOptions;
import dev.caravan.testkit.LedgerPublisher;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A publisher and the jar that logs what it publishes to CSV files; kill -9 at random points under load. */
class KillNineCsvIT {

    private static final int ROUNDS = 4;
    private static final int RATE = 2_000;
    private static final int LEAST_PER_ROUND = 200;
    private static final int MOST_PER_ROUND = 3_000;

    /** With {@code -Dcaravan.seed=} the points of a run come again. */
    private static final long SEED = Long.getLong("caravan.seed", System.nanoTime());

    private static final String ROUTE = """
            - route:
                id: csv-log-ledger
                routeConfigurationId: error-handling
                from:
                  uri: paho-mqtt5:ledger/#
                  parameters:
                    brokerUrl: "{{mqtt.url}}"
                    clientId: "{{mqtt.client-id}}-csv-log-ledger"
                    qos: 1
                    cleanStart: false
                  steps:
                    - unmarshal:
                        json:
                          library: Jackson
                          autoDiscoverObjectMapper: true
                    - to:
                        uri: csv-log:ledger
                        parameters:
                          columns: id:text,topic=topic,filler
                          rotate: day,20KB
                          fsync: batch
            """;

    @TempDir
    Path folder;

    private final Random random = new Random(SEED);

    @Test
    void losesNoRowAndKeepsTheirOrder() throws Exception {
        System.out.println("faults: kill -9 of the CSV log: seed " + SEED);
        long start = System.nanoTime();
        Path records = folder.resolve("ledger");
        try (Site site = new Site(folder.resolve("site"))) {
            Files.writeString(folder.resolve("site/routes/csv-log-ledger.camel.yaml"), ROUTE);
            site.start();
            long acknowledged = publish(site, records);
            // What the kills left on its way is delivered once more.
            await().atMost(Trial.LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> new HashSet<>(ids()).size() >= acknowledged);
        }

        assertThat(closedFiles()).isNotEmpty();
        Files.write(records.resolve("received-csv.log"), ids());
        try (Ledger ledger = new Ledger(records)) {
            Ledger.Report report = ledger.compare("csv");
            Trial.print("kill -9 of the CSV log", report.toString(), start);
            assertThat(report.lost()).isEmpty();
            assertThat(report.disordered()).isEmpty();
            assertThat(report.unexpected()).isEmpty();
            // The publisher's window and the route's, after each kill.
            assertThat(report.duplicated()).hasSizeLessThanOrEqualTo(ROUNDS * 2 * Trial.WINDOW);
        }
    }

    private long publish(Site site, Path records) throws Exception {
        LedgerOptions at = LedgerOptions.port(site.port()).withRate(RATE).withWindow(Trial.WINDOW);
        try (Ledger ledger = new Ledger(records);
                LedgerPublisher publisher = new LedgerPublisher(ledger, "publisher", at).publishOn()) {
            for (int round = 1; round <= ROUNDS; round++) {
                long goal =
                        publisher.acknowledged() + LEAST_PER_ROUND + random.nextInt(MOST_PER_ROUND - LEAST_PER_ROUND);
                await().atMost(Trial.LIMIT)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> publisher.acknowledged() >= goal);
                site.kill();
                site.start();
            }
            publisher.stop().awaitAcknowledged(Trial.LIMIT);
            return publisher.acknowledged();
        }
    }

    private List<Path> closedFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("site/data/csv"))) {
            return files.filter(file -> file.getFileName().toString().matches("ledger-.*\\.csv"))
                    .sorted()
                    .toList();
        }
    }

    /**
     * Of all whole rows, in the order of the files. While files are turned, rows may be missing or there twice, and a file
     * may be gone before it is read.
     */
    private List<String> ids() throws IOException {
        List<Path> files = new ArrayList<>(closedFiles());
        files.add(folder.resolve("site/data/csv/ledger.csv"));
        List<String> ids = new ArrayList<>();
        for (Path file : files) {
            try (Reader reader = Files.newBufferedReader(file);
                    CSVParser parser = CSVParser.parse(reader, CSVFormat.RFC4180)) {
                for (CSVRecord row : parser) {
                    if (row.getRecordNumber() > 1 && row.size() == 3) {
                        ids.add(row.get(0));
                    }
                }
            }
        }
        return ids;
    }
}
