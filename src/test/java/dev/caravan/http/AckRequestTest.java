package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AckRequestTest {

    private static AckRequest parse(String consumer) {
        String body = "{\"consumer\":\"" + consumer + "\",\"topic\":\"a\",\"id\":1}";
        return AckRequest.parse(body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", ".."})
    void refusesNamesThatNoPathCanHold(String name) {
        assertThatThrownBy(() -> parse(name)).isInstanceOfSatisfying(RequestException.class, e -> {
            assertThat(e.status()).isEqualTo(400);
            assertThat(e.text()).isEqualTo("'consumer' must be another name than . and ..");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"...", ".a", "a/..", "plc 1"})
    void takesOtherNames(String name) {
        assertThat(parse(name).consumer()).isEqualTo(name);
    }
}
