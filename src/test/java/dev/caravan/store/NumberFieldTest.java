package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.json.JsonPath;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberFieldTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "n ~ {\"n\":1,\"m\":2} ~ 1",
                "n ~ {\"m\":{\"n\":5},\"n\":[1,{}],\"n\":-1.5e2} ~ -150",
                "n ~ {\"n\":1,\"\\u006e\":2} ~ 2",
                "n ~ {\"n\":1,\"n\":\"2\"} ~ NaN",
                "a.n ~ {\"a\":{\"n\":1},\"b\":{\"n\":2}} ~ 1",
                "a.n ~ {\"a\":{\"n\":1},\"a\":{\"m\":2}} ~ NaN",
                "a.n ~ {\"x\":\"a\",\"a\":{\"n\":1,\"k\":[\"n\"]}} ~ 1",
                "a[1] ~ {\"a\":[1,2,3]} ~ 2",
                "a[1] ~ {\"a\":[1]} ~ NaN",
                "a.0 ~ {\"a\":{\"0\":7}} ~ 7",
                "$[0][1] ~ [[1,2]] ~ 2",
                "n ~ {\"n\":true} ~ NaN",
                "n ~ {\"n\":{\"n\":1}} ~ NaN",
                "n ~ {\"m\":1 ~ NaN",
                "n ~ {\"n\":1,\"m\":oops} ~ 1",
                "n ~ {\"k\":\"a\\\\b\",\"n\":1,\"m\":oops} ~ 1",
                "a.n ~ {\"k\":\"a\\\\b\",\"a\":{\"n\":1},\"a\":{oops ~ NaN",
                "n ~ {\"m\":oops,\"n\":1} ~ NaN",
                "n ~ no json ~ NaN",
                "n ~ `` ~ NaN",
                "$ ~ 21.5 ~ 21.5",
                "$ ~ {\"n\":1} ~ NaN"
            })
    void isTheLastNumberOfThatPath(String path, String payload, Double number) throws Exception {
        assertThat(new NumberField(JsonPath.parse(path)).in(payload.getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(number);
    }

    @Test
    void isFoundInUtf16Too() throws Exception {
        byte[] payload = "{\"n\":1,\"n\":2}".getBytes(StandardCharsets.UTF_16BE);

        assertThat(new NumberField(JsonPath.parse("n")).in(payload)).isEqualTo(2);
    }
}
