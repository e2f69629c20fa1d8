package dev.caravan.routetest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonDifferenceTest {

    private final ObjectMapper json = new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            35.50                  | 35.5
            100                    | 1e2
            {"a":1,"b":[true]}     | {"b":[true],"a":1.0}
            null                   | null
            """)
    void seesValuesAndNotHowTheyAreWritten(String one, String other) throws Exception {
        assertThat(JsonDifference.between(json.readTree(one), json.readTree(other), false))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            35.1                   | 35.10000001             | $        | 35.1      | 35.10000001
            1                      | "1"                     | $        | 1         | "1"
            {"a":{"b":[1,2]}}      | {"a":{"b":[1,3]}}       | $.a.b[1] | 2         | 3
            [1,2]                  | [2,1]                   | $[0]     | 1         | 2
            [1]                    | [1,2]                   | $[1]     | (absent)  | 2
            [1,2]                  | [1]                     | $[1]     | 2         | (absent)
            {"a":null}             | {}                      | $.a      | null      | (absent)
            {}                     | {"a":null}              | $.a      | (absent)  | null
            {"a":1}                | [1]                     | $        | {"a":1}   | [1]
            false                  | null                    | $        | false     | null
            """)
    void namesTheFirstPlaceThatDiffers(String one, String other, String path, String expected, String actual)
            throws Exception {
        assertThat(JsonDifference.between(json.readTree(one), json.readTree(other), false))
                .contains(new JsonDifference(path, expected, actual));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                     | {"a":1}                 | true
            {"a":{"b":1}}          | {"a":{"b":1,"c":2}}     | true
            [{"a":1},{}]           | [{"a":1,"b":2},{"c":3}] | true
            {"a":1}                | {"b":1}                 | false
            [1]                    | [1,2]                   | false
            """)
    void maySeeOnlyTheFieldsThatAreNamed(String part, String whole, boolean holds) throws Exception {
        assertThat(JsonDifference.between(json.readTree(part), json.readTree(whole), true)
                        .isEmpty())
                .isEqualTo(holds);
    }
}
