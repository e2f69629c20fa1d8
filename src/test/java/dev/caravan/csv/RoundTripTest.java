package dev.caravan.csv;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.testkit.RealClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a cell holds, other people's readers get it back. */
@NullMarked
class RoundTripTest {

    private static final int ROWS = 500;
    private static final String[] PIECES = {
        "\"", "\"\"", ",", ";", "\n", "\r", "\r\n", " ", "\t", "'", "\\", "=1+1", "#", "é", "漢字", "😀", "e\u0301",
        "\u2028", "\ufeff", "a", "0", "", "\u0001"
    };

    @TempDir
    Path folder;

    private final List<List<String>> cells = new ArrayList<>();

    @BeforeEach
    void writeRandomCells() throws Exception {
        write(PIECES);
    }

    private void write(String... pieces) throws Exception {
        Random random = new Random(4180);
        cells.clear();
        try (CsvLogs logs = new CsvLogs(folder, new MovingClock(), CsvFile.DISK)) {
            AsyncProducer log = logs.open("csv-log:x?columns=a,b,c");
            List<Future<Exchange>> sent = new ArrayList<>();
            for (int row = 0; row < ROWS; row++) {
                List<String> texts = List.of(text(random, pieces), text(random, pieces), text(random, pieces));
                cells.add(texts);
                sent.add(logs.send(log, Map.of("a", texts.get(0), "b", texts.get(1), "c", texts.get(2)), null));
            }
            for (Future<Exchange> one : sent) {
                assertThat(one.get(60, SECONDS).getException()).isNull();
            }
        }
    }

    private static String text(Random random, String... pieces) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(6);
        for (int i = 0; i < length; i++) {
            text.append(pieces[random.nextInt(pieces.length)]);
        }
        return text.toString();
    }

    private Path file() {
        return folder.resolve("x.csv");
    }

    private List<List<String>> byCommonsCsv() throws Exception {
        try (CSVParser parser = CSVParser.parse(Files.newBufferedReader(file()), RowFormat.CSV)) {
            return parser.stream().skip(1).map(CSVRecord::toList).toList();
        }
    }

    @Test
    void readsBackByCommonsCsv() throws Exception {
        assertThat(byCommonsCsv()).isEqualTo(cells);
    }

    @Test
    void readsNulBackByCommonsCsv() throws Exception {
        Files.delete(file());
        write("\u0000", "a", ",", "\"");

        assertThat(byCommonsCsv()).isEqualTo(cells);
    }

    @Test
    void readsBackByPython() throws Exception {
        String python = RealClient.require("python3", "python3");
        String program = "import csv,json,sys; print(json.dumps(list(csv.reader(open(sys.argv[1],"
                + "newline='',encoding='utf-8'),strict=True))[1:]))";

        String json = RealClient.run(python, "-c", program, file().toString());

        assertThat(parse(json)).isEqualTo(cells);
    }

    @Test
    void readsBackBySqlite() throws Exception {
        String sqlite = RealClient.require("sqlite3", "sqlite3");
        String database = folder.resolve("x.db").toString();

        String output = RealClient.run(
                sqlite,
                database,
                "-cmd",
                ".mode csv",
                "-cmd",
                ".import '" + file() + "' x",
                "select json_group_array(json_array(a, b, c)) from x");

        // In mode csv the answer is a cell, too.
        try (CSVParser parser = CSVParser.parse(output, RowFormat.CSV)) {
            assertThat(parse(parser.iterator().next().get(0))).isEqualTo(cells);
        }
    }

    private static List<List<String>> parse(String json) throws Exception {
        return new ObjectMapper().readValue(json.getBytes(StandardCharsets.UTF_8), new TypeReference<>() {});
    }
}
