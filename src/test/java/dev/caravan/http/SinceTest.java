package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SinceTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1764000000, 1764000000000000",
        "1764000000., 1764000000000000",
        "1764000000.5, 1764000000500000",
        "1764000000.123456, 1764000000123456",
        "1764000000.1234560001, 1764000000123456",
        "1764000000.1234558793, 1764000000123456",
        "1.764e9, 1764000000000000",
        ".5, 500000",
        "-1.5, -1500000",
        "99999999999999999999, 9223372036854775807",
        "-99999999999999999999, -9223372036854775808",
        "2025-11-24T16:00:00Z, 1764000000000000",
        "2025-11-24T16:00:00.123456789Z, 1764000000123456",
        "2025-11-24T17:00:00+01:00, 1764000000000000",
        "2025-11-24T17:00:00 01:00, 1764000000000000"
    })
    void reads(String text, long micros) {
        assertThat(Since.parse(text)).isEqualTo(micros);
    }

    @Test
    void withoutItEverythingIsLater() {
        assertThat(Since.parse(null)).isEqualTo(Long.MIN_VALUE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "x",
                "nan",
                "inf",
                "1,5",
                "1e999",
                "1e-999",
                "--1",
                "0x1",
                "1 2",
                "2025-11-24",
                "1_000",
                "1d"
            })
    void rejects(String text) {
        assertThatThrownBy(() -> Since.parse(text))
                .isInstanceOf(RequestException.class)
                .hasMessageContaining("'since' must be");
    }

    /** Python's repr and JavaScript's String print the shortest decimal that gives the same double again. */
    @Test
    void aTimestampSurvivesTheWayThroughADouble() {
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            long micros = 1_600_000_000_000_000L + (long) (random.nextDouble() * 600_000_000_000_000L);
            String printed = BigDecimal.valueOf(micros, 6).toPlainString();
            double kept = Double.parseDouble(printed);

            assertThat(Since.parse(printed)).isEqualTo(micros);
            assertThat(Since.parse(new BigDecimal(Double.toString(kept)).toPlainString()))
                    .isEqualTo(micros);
            assertThat(Since.parse(new BigDecimal(kept)
                            .setScale(9, RoundingMode.HALF_EVEN)
                            .toPlainString()))
                    .isEqualTo(micros);
        }
    }
}
