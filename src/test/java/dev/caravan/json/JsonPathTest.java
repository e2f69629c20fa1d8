package dev.caravan.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class JsonPathTest {

    private static final Map<String, Object> PAYLOAD = Map.of(
            "gps",
            Map.of("lat", 48.1, "odd name", "x", "it's.", "y"),
            "values",
            List.of(7, List.of(8)),
            "0",
            "zero",
            "00",
            "two zeros",
            "\b\f\n\r\t",
            "odd characters",
            "a b-c",
            true);

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "gps.lat ~ 48.1",
                "$.gps.lat ~ 48.1",
                "$['gps'][\"lat\"] ~ 48.1",
                "gps['odd name'] ~ x",
                "$['\\b\\f\\n\\r\\t'] ~ odd characters",
                "$.gps[ 'it\\'s.' ] ~ y",
                "$.gps['\\u0069t\\u0027s.'] ~ y",
                "values[0] ~ 7",
                "values.0 ~ 7",
                "values[1][0] ~ 8",
                "$.0 ~ zero",
                "00 ~ two zeros",
                "a b-c ~ true",
                "values[2] ~",
                "values.00 ~",
                "values.x ~",
                "gps.lat.more ~",
                "none ~"
            })
    void findsWhatStandsThere(String path, String value) throws Exception {
        Object found = JsonPath.parse(path).in(PAYLOAD);

        assertThat(found == null ? null : found.toString()).isEqualTo(value);
    }

    @Test
    void theShortFormIsTheSamePath() throws Exception {
        assertThat(JsonPath.parse("gps.values[0]")).isEqualTo(JsonPath.parse("$['gps']['values'].0"));
        assertThat(JsonPath.parse("$").steps()).isEmpty();
    }

    @Test
    void aFieldIsTakenByItsWholeName() {
        assertThat(JsonPath.ofField("$.a[0]").in(Map.of("$.a[0]", 5))).isEqualTo(5);
        assertThat(JsonPath.ofField("0").in(List.of(5))).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "`` ~ at character 1: expected a name",
                "$. ~ at character 3: expected a name",
                "a..b ~ at character 3: expected a name",
                "$x ~ at character 2: expected .name",
                "a[-1] ~ at character 3: expected an index",
                "a[01] ~ at character 3: expected an index",
                "a[1234567890] ~ at character 3: expected an index",
                "a['x ~ at character 5: expected ' at the end",
                "a['\\x'] ~ at character 5: expected one of",
                "a[0]b ~ at character 5: expected .name"
            })
    void namesThePlaceOfWhatIsNoPath(String path, String problem) {
        assertThatThrownBy(() -> JsonPath.parse(path))
                .isInstanceOf(SyntaxException.class)
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {".a", "[0]"})
    void isBounded(String step) throws Exception {
        assertThat(JsonPath.parse("$" + step.repeat(JsonPath.MAX_STEPS)).steps())
                .hasSize(JsonPath.MAX_STEPS);
        assertThatThrownBy(() -> JsonPath.parse("$" + step.repeat(JsonPath.MAX_STEPS + 1)))
                .hasMessageContaining("more than 32 names");
    }
}
