package dev.caravan.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.store.MessageStore;
import dev.caravan.store.Publication;
import dev.caravan.store.StoreBounds;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageExportTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-01T00:00:00Z"));

    private final MessageStore store = MessageStore.inMemory(new StoreBounds(100_000, 1_000, 100_000_000), CLOCK);

    private void keep(String topic, String payload) {
        store.keep(new Publication(
                topic,
                payload.getBytes(StandardCharsets.UTF_8),
                "p",
                0,
                true,
                "text/plain",
                List.of(Map.entry("k", "v"), Map.entry("k", "w")),
                null,
                null));
    }

    private static ExportQuery query(String... words) throws QueryException {
        Map<String, String> parameters = new HashMap<>(Map.of("topic", "#"));
        for (String word : words) {
            String[] pair = word.split("=", 2);
            parameters.put(pair[0], pair[1]);
        }
        return ExportQuery.parse(parameters::get, CLOCK);
    }

    private String export(String... words) throws Exception {
        MessageExport export = new MessageExport(store::query, query(words));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (!export.isEnded()) {
            all.write(export.next());
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    @Test
    void jsonHoldsAllThatIsKnown() throws Exception {
        keep("a", "x");

        JsonNode message = new ObjectMapper().readTree(export()).get("messages").get(0);

        assertThat(message.fieldNames())
                .toIterable()
                .containsExactly(
                        "id",
                        "topic",
                        "payload",
                        "timestamp",
                        "publisher",
                        "qos",
                        "retain",
                        "content_type",
                        "user_properties");
        assertThat(message.get("user_properties").toString())
                .isEqualTo("[{\"name\":\"k\",\"value\":\"v\"},{\"name\":\"k\",\"value\":\"w\"}]");
    }

    @Test
    void anExportThatPausedGoesOnWhereItWas() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            keep("a", i + "-" + "x".repeat(100));
        }
        MessageExport export = new MessageExport(store::query, query("format=ndjson", "limit=2500"));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int pieces = 0;
        while (!export.isEnded()) {
            byte[] piece = export.next();
            assertThat(piece.length).isLessThan(70_000);
            all.write(piece);
            export.forgetPage();
            pieces++;
        }

        List<String> lines = all.toString(StandardCharsets.UTF_8).lines().toList();

        assertThat(lines).hasSize(2_500);
        for (int i = 0; i < lines.size(); i++) {
            assertThat(lines.get(i)).contains("\"payload\":\"" + i + "-");
        }
        assertThat(pieces).isGreaterThan(3);
        assertThat(export.written()).isEqualTo(2_500);
    }

    @Test
    void aLimitThatIsExactlyAllCutsNothing() throws Exception {
        keep("a", "1");
        keep("a", "2");

        assertThat(export("limit=2")).endsWith("],\"count\":2}\n");
        assertThat(export("limit=1")).endsWith("],\"count\":1,\"truncated\":true}\n");
        assertThat(export("limit=1", "filter=$ == 1")).endsWith("],\"count\":1}\n");
        assertThat(export("filter=$ == 3")).isEqualTo("{\"topic\":\"#\",\"messages\":[],\"count\":0}\n");
    }

    @Test
    void columnsNeverShift() throws Exception {
        keep("a", "{\"t\":1.10,\"time\":\"x\",\"n\":{\"list\":[1, {\"a\":null}]}}");
        keep("a", "{\"t\":null}");
        keep("a", "not JSON");
        keep("a", "{\"t\":\"a,\\\"b\\\"\\n\",\"n\":5}");
        keep("a", "[1,2]");
        keep("a", "{\"t\":1e400,\"t\":-2}");

        assertThat(export("format=csv", "columns=t,time,n,n.list.0,$.n.list.1.a,1")
                        .replaceAll("(?m)^\\d+,[^,]*,", ""))
                .isEqualTo(String.join(
                        "\r\n",
                        "id,time,topic,publisher,t,payload.time,n,n.list.0,$.n.list.1.a,1",
                        "a,p,1.10,x,\"{\"\"list\"\":[1, {\"\"a\"\":null}]}\",1,,",
                        "a,p,,,,,,",
                        "a,p,,,,,,",
                        "a,p,\"a,\"\"b\"\"\n\",,5,,,",
                        "a,p,,,,,,2",
                        "a,p,-2,,,,,",
                        ""));
    }

    @Test
    void aNameInQuotesMayHoldACommaAndABracket() throws Exception {
        keep("a", "{\"a,b\":1,\"c\":{\"'],\":2},\"it's\":3,\"s\":4}");

        assertThat(export("format=csv", "columns=$['a,b'], c[ \"'],\" ],$['c']['\\'],'],it's,s")
                        .replaceAll("(?m)^\\d+,[^,]*,", ""))
                .isEqualTo(String.join(
                        "\r\n",
                        "id,time,topic,publisher,\"$['a,b']\",\"c[ \"\"'],\"\" ]\",\"$['c']['\\'],']\",it's,s",
                        "a,p,1,2,2,3,4",
                        ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1", "+a", "-a", "@a", "\ta", "\r=1", "\n=1", "=", "-", "-1-1", "+1e", "--5"})
    void aFormulaIsMadeSafe(String cell) throws Exception {
        keep("a", cell);

        assertThat(export("format=csv")).contains("'" + cell);
        assertThat(export("format=csv", "raw=true")).doesNotContain("'" + cell);
    }

    @Test
    void base64IsACellLikeAnyOther() throws Exception {
        store.keep(new Publication(
                "a", new byte[] {(byte) 0xFB, (byte) 0xEF, (byte) 0xBE}, "p", 0, true, null, List.of(), null, null));

        assertThat(export("format=csv")).contains(",base64,'++++");
        assertThat(export("format=csv", "raw=true")).contains(",base64,++++");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "+5", "-5.25", "-1e-7", "5", "a=1", "'=1", "-0"})
    void whatIsNoFormulaStays(String cell) throws Exception {
        keep("a", cell);

        assertThat(export("format=csv")).doesNotContain("'" + cell).contains("," + cell + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "topic=",
                "topic=a#",
                "from=2026-01-02",
                "limit=0",
                "limit=-1",
                "limit=1000000001",
                "limit=9999999999999999999999",
                "format=CSV",
                "raw=yes",
                "columns=a",
                "filter=$"
            })
    void aWrongQuestionNamesItsParameter(String word) {
        assertThatThrownBy(() -> query(word, "to=2026-01-01"))
                .isInstanceOf(QueryException.class)
                .hasMessageStartingWith("'" + word.replaceAll("=.*", "") + "' ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "a,", "a,,b", "*", "a,a", "time,payload.time", "a..b", "."})
    void wrongColumnsAreRefused(String columns) {
        assertThatThrownBy(() -> query("format=csv", "columns=" + columns))
                .isInstanceOf(QueryException.class)
                .hasMessageStartingWith("'columns' ");
    }

    @Test
    void columnsAreBounded() {
        assertThatThrownBy(() -> Columns.parse("columns", "a".repeat(8_001))).isInstanceOf(QueryException.class);
        assertThatThrownBy(() -> Columns.parse("columns", "a" + ".a".repeat(40)))
                .isInstanceOf(QueryException.class);
        StringBuilder many = new StringBuilder("c");
        for (int i = 0; i < 200; i++) {
            many.append(",c").append(i);
        }
        assertThatThrownBy(() -> Columns.parse("columns", many.toString())).isInstanceOf(QueryException.class);
    }
}
