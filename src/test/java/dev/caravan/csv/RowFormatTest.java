package dev.caravan.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultMessage;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class RowFormatTest {

    private static final CamelContext CAMEL = new DefaultCamelContext();
    private static final Instant NOON = Instant.parse("2026-05-01T12:00:00Z");

    private static Row row(String columns, String json, @Nullable String topic) throws IOException {
        return new RowFormat(Column.parseAll(columns))
                .row(message(new ObjectMapper().readValue(json, Object.class), topic), NOON);
    }

    private static Message message(Object body, @Nullable String topic) {
        Message message = new DefaultMessage(CAMEL);
        message.setBody(body);
        if (topic != null) {
            message.setHeader("CamelMqttTopic", topic);
        }
        return message;
    }

    private static String line(String columns, String json) throws IOException {
        return row(columns, json, null).line();
    }

    @Test
    void keepsTheColumnsOrderWhateverTheFieldsOrder() throws IOException {
        assertThat(line("a,b,c", "{\"c\":3,\"a\":1,\"b\":2}")).isEqualTo("1,2,3\n");
    }

    @Test
    void leavesMissingAndNullEmptyAndCountsThem() throws IOException {
        Row row = row("a,b,c", "{\"b\":null,\"c\":1}", null);

        assertThat(row).isEqualTo(new Row(",,1\n", 0, 2, 0));
    }

    @Test
    void writesARowEvenWhenItsOnlyCellIsEmpty() throws IOException {
        assertThat(line("a", "{}")).isEqualTo("\"\"\n");
    }

    @Test
    void leavesUnknownFieldsOutAndCountsThem() throws IOException {
        assertThat(row("a", "{\"A\":9,\"a\":1,\"x\":2,\"n\":null}", null)).isEqualTo(new Row("1\n", 3, 0, 0));
    }

    @Test
    void writesNestedValuesAsCompactJson() throws IOException {
        assertThat(row("a,b", "{\"a\":{\"x\": [1, 2]},\"b\":[]}", null))
                .isEqualTo(new Row("\"{\"\"x\"\":[1,2]}\",[]\n", 0, 0, 2));
    }

    @ParameterizedTest
    @CsvSource({"1", "-0.5", "21.25", "1.0E-5", "12345678901234567890", "true", "false", "1000000"})
    void writesNumbersAndBooleansPlain(String value) throws IOException {
        assertThat(line("a", "{\"a\":" + value + "}")).isEqualTo(value + "\n");
    }

    @Test
    void keepsTrailingZerosOfDecimals() throws IOException {
        Row row = new RowFormat(Column.parseAll("a")).row(message(Map.of("a", new BigDecimal("21.50")), null), NOON);

        assertThat(row.line()).isEqualTo("21.50\n");
    }

    @Test
    void quotesWhatWouldBreakTheRowAndNothingElse() throws IOException {
        assertThat(
                        line(
                                "a,b,c,d,e,f",
                                "{\"a\":\"x,y\",\"b\":\"say \\\"hi\\\"\",\"c\":\"1\\n2\",\"d\":\"1\\r2\",\"e\":\"é漢😀\",\"f\":\"=1+1\"}"))
                .isEqualTo("\"x,y\",\"say \"\"hi\"\"\",\"1\n2\",\"1\r2\",é漢😀,=1+1\n");
    }

    @Test
    void fallsBackToTimeAndTopicOnlyWhereTheFieldIsAbsentOrNull() throws IOException {
        String columns = "timestamp|received,device_id|topic:2";

        assertThat(row(columns, "{\"device_id\":null}", "sensors/dev-1/data").line())
                .isEqualTo("2026-05-01T12:00:00.000Z,dev-1\n");
        assertThat(row(columns, "{\"timestamp\":\"t\",\"device_id\":\"d\"}", "sensors/dev-1/data")
                        .line())
                .isEqualTo("t,d\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {"one=$.1,when=received ~ 21.5", "one=$[0],when=received ~ 21.5", "one=$.1 ~ true", "a=$.b ~ [1]"})
    void aPayloadOfWhichNoColumnCanTakeAnythingIsNoRow(String columns, String json) {
        assertThatThrownBy(() -> line(columns, json))
                .isInstanceOf(RowException.class)
                .hasMessage("payload is not a JSON object");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {"one=$.1 ~ [5,6] ~ 6", "one=$[2],all=$[0] ~ [5] ~ ,5", "all=$ ~ 21.5 ~ 21.5"})
    void aPayloadThatIsNoObjectIsARowWhereAColumnTakesIt(String columns, String json, String line) throws IOException {
        assertThat(line(columns, json)).isEqualTo(line + "\n");
    }

    @ParameterizedTest
    @CsvSource({"a/b/c,1,a", "a/b/c,3,c", "a//c,2,''", "a/b,3,", ",1,"})
    void takesTheLevelOfTheTopic(@Nullable String topic, int level, @Nullable String expected) throws IOException {
        assertThat(row("x,d|topic:" + level, "{\"x\":1}", topic).line())
                .isEqualTo("1," + (expected == null ? "" : expected) + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a,", "a,a", "a|", "a|now", "a|topic:0", "a|topic:", "a|topic:-1", "|received", "a\nb"})
    void rejectsColumnsThatMakeNoSense(String columns) {
        assertThatThrownBy(() -> Column.parseAll(columns))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'columns': ");
    }
}
