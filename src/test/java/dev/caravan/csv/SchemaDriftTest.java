package dev.caravan.csv;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Payloads that are not what the columns were made for. What is no JSON never gets here: BadPayloadsIT sends it through the
 * shipped route and finds it counted and kept.
 */
@NullMarked
class SchemaDriftTest {

    private static final String COLUMNS =
            "t:time|received,id:text|topic:2,temp:number=$.temp|$.sensor.temp,n:integer,on:boolean,any";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '~',
            value = {
                "{'temp':1.50,'n':2,'on':true,'any':'x'}; 2026-05-01T12:00:00.120Z,dev,1.50,2,true,x",
                "{'any':'x','on':true,'n':2,'temp':1.50}; 2026-05-01T12:00:00.120Z,dev,1.50,2,true,x",
                "{}; 2026-05-01T12:00:00.120Z,dev,,,,",
                "{'temp':null,'n':null,'on':null,'any':null}; 2026-05-01T12:00:00.120Z,dev,,,,",
                "{'sensor':{'temp':7}}; 2026-05-01T12:00:00.120Z,dev,7,,,",
                "{'sensor':[1]}; 2026-05-01T12:00:00.120Z,dev,,,,",
                "{'new':1,'more':{'a':1}}; 2026-05-01T12:00:00.120Z,dev,,,,",
                "{'t':'2026-01-01T00:00:00+01:00','id':'a,b'}; 2026-01-01T00:00:00+01:00,\"a,b\",,,,",
                "{'any':{'a':[1,2]}}; 2026-05-01T12:00:00.120Z,dev,,,,\"{\"\"a\"\":[1,2]}\"",
                "{'any':[]}; 2026-05-01T12:00:00.120Z,dev,,,,[]",
                "{'n':12345678901234567890}; 2026-05-01T12:00:00.120Z,dev,,12345678901234567890,,",
                "{'temp':'21.5'}; column 'temp' must be a number, was a text",
                "{'temp':'NaN'}; column 'temp' must be a number, was a text",
                "{'temp':true}; column 'temp' must be a number, was true or false",
                "{'temp':{}}; column 'temp' must be a number, was an object",
                "{'temp':[1]}; column 'temp' must be a number, was an array",
                "{'n':1.0}; column 'n' must be a number without fraction, was a number",
                "{'on':1}; column 'on' must be true or false, was a number",
                "{'on':'true'}; column 'on' must be true or false, was a text",
                "{'id':5}; column 'id' must be a text, was a number",
                "{'t':'yesterday'}; column 't' must be a time as in RFC 3339",
                "{'t':1795224073}; column 't' must be a time as in RFC 3339",
                "5; payload is not a JSON object",
                "[{'temp':1}]; payload is not a JSON object",
                "'text'; payload is not a JSON object",
                "true; payload is not a JSON object",
                "null; payload is not a JSON object",
            })
    void makesARowOfTheRightShapeOrSaysWhyNot(String json, String outcome) throws Exception {
        try (CsvLogs logs = new CsvLogs(folder, new MovingClock(), CsvFile.DISK)) {
            AsyncProducer log = logs.open("csv-log:x?columns=RAW(" + COLUMNS + ")");
            Object body = new ObjectMapper()
                    .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .readValue(json.replace('\'', '"'), Object.class);

            Exchange sent = logs.send(log, body, "sensors/dev/data").get(60, SECONDS);

            List<String> lines = Files.readAllLines(folder.resolve("x.csv"));
            if (sent.getException() == null) {
                assertThat(lines).containsExactly("t,id,temp,n,on,any", outcome);
            } else {
                assertThat(sent.getException()).hasMessageStartingWith(outcome);
                assertThat(lines).hasSize(1);
                assertThat(logs.component.state().rejectedByReason().values()).containsExactly(1L);
            }
        }
    }

    @Test
    void takesABareNumberWhereAColumnAsksForTheWholePayload() throws Exception {
        try (CsvLogs logs = new CsvLogs(folder, new MovingClock(), CsvFile.DISK)) {
            AsyncProducer log = logs.open("csv-log:x?columns=RAW(device=topic:2,value:number=$)");

            logs.send(log, 21.5, "sensors/dev/temperature").get(60, SECONDS);
            Exchange text = logs.send(log, "warm", "sensors/dev/temperature").get(60, SECONDS);

            assertThat(text.getException()).hasMessageContaining("'value' must be a number");
        }
        assertThat(folder.resolve("x.csv")).hasContent("device,value\ndev,21.5\n");
    }

    @Test
    void countsTenThousandUnknownFieldsAndShiftsNothing() throws Exception {
        Map<String, Object> many = IntStream.range(0, 10_000).boxed().collect(Collectors.toMap(i -> "k" + i, i -> i));
        try (CsvLogs logs = new CsvLogs(folder, new MovingClock(), CsvFile.DISK)) {
            logs.send(logs.open("csv-log:x?columns=k9,none,k7"), many, null).get(60, SECONDS);

            assertThat(logs.component.state().unknownFields()).isEqualTo(9_998);
        }
        assertThat(folder.resolve("x.csv")).hasContent("k9,none,k7\n9,,7\n");
    }

    @Test
    void readsHeadersAndUserPropertiesAsTextOnly() throws Exception {
        try (CsvLogs logs = new CsvLogs(folder, new MovingClock(), CsvFile.DISK)) {
            AsyncProducer log = logs.open(
                    "csv-log:x?columns=RAW(type=header:CamelMqttContentType,data=header:CamelMqttCorrelationData,site=property:site,topic=topic)");
            Exchange exchange = new DefaultExchange(logs.camel);
            exchange.getMessage().setBody(Map.of());
            exchange.getMessage().setHeader("CamelMqttTopic", "a/b");
            exchange.getMessage().setHeader("CamelMqttContentType", "a/json");
            exchange.getMessage().setHeader("CamelMqttCorrelationData", new byte[] {1});
            exchange.getMessage()
                    .setHeader(
                            "CamelMqttUserProperties",
                            List.of(
                                    Map.entry("CamelMqttTopic", "forged"),
                                    Map.entry("site", "a,1"),
                                    Map.entry("site", "2")));

            logs.send(log, exchange).get(60, SECONDS);
        }
        try (CSVParser parser = CSVParser.parse(Files.newBufferedReader(folder.resolve("x.csv")), RowFormat.CSV)) {
            assertThat(parser.getRecords())
                    .extracting(CSVRecord::toList)
                    .last()
                    .isEqualTo(List.of("a/json", "", "a,1", "a/b"));
        }
    }
}
