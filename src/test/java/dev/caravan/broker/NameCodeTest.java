package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameCodeTest {

    private final NameCode code = new NameCode(".$");

    @ParameterizedTest
    @CsvSource({
        "plain, plain",
        "100%, 100%",
        "%25, %25",
        "a.b, a%2Eb",
        "$a, %24a",
        "%2E, %252E",
        "%252E, %25252E",
        "%25., %25%2E",
        "%.2E, %%2E2E",
        "%2e, %2e"
    })
    void writesOnlyWhatItMust(String name, String written) {
        assertThat(code.write(name)).isEqualTo(written);
        assertThat(code.read(written)).isEqualTo(name);
    }

    @Test
    void writesNoTwoNamesAlike() {
        String[] parts = {"%", "25", "2E", "24", "2", "5", "E", ".", "$", "x"};
        Random random = new Random(1);
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < 100_000; i++) {
            StringBuilder name = new StringBuilder();
            for (int length = random.nextInt(8); length >= 0; length--) {
                name.append(parts[random.nextInt(parts.length)]);
            }
            String written = code.write(name.toString());
            assertThat(code.isUsedIn(written)).as(written).isFalse();
            assertThat(code.read(written)).isEqualTo(name.toString());
            assertThat(names.computeIfAbsent(written, w -> name.toString())).isEqualTo(name.toString());
        }
    }
}
