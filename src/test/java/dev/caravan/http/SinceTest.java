package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SinceTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2025-11-24T16:00:00Z"));

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
        "2025-11-24T17:00:00 01:00, 1764000000000000",
        "2025-11-24T16:00:00, 1764000000000000",
        "2025-11-24 16:00:00.5, 1764000000500000",
        "2025-11-24T16:00, 1764000000000000",
        "2025-11-24T16:00Z, 1764000000000000",
        "2025-11-24t16:00z, 1764000000000000",
        "2025-11-24T17:00+01:00, 1764000000000000",
        "2025-11-24T17:00 01:00, 1764000000000000",
        "2025-11-24T17:00:00+0100, 1764000000000000",
        "2025-11-24T17:00:00.5+01, 1764000000500000",
        "2025-11-24T10:30-0530, 1764000000000000",
        "-999999999d, -9223372036854775808",
        "2025-11-24, 1763942400000000",
        "-15m, 1763999100000000",
        "-1h, 1763996400000000",
        "-7d, 1763395200000000"
    })
    void reads(String text, long micros) {
        assertThat(Since.parse(text, CLOCK).time()).isEqualTo(micros);
    }

    @Test
    void withoutItEverythingIsLater() {
        assertThat(Since.parse(null, CLOCK).time()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void readsAnId() {
        assertThat(Since.parse("id:1764000000123456", CLOCK)).isEqualTo(new Since(Long.MIN_VALUE, 1764000000123456L));
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
                "2025-13-24",
                "2025-11-24T",
                "2025-02-30T10:00",
                "2025-11-24T16:00ZZ",
                "2025-11-24T16:00+99",
                "-1y",
                "-9999999999d",
                "id:",
                "id:-1",
                "id:99999999999999999999",
                "1_000",
                "1d"
            })
    void rejects(String text) {
        assertThatThrownBy(() -> Since.parse(text, CLOCK).time())
                .isInstanceOf(RequestException.class)
                .hasMessageContaining("'since' must be ");
    }

    /** Python's repr and JavaScript's String print the shortest decimal that gives the same double again. */
    @Test
    void aTimestampSurvivesTheWayThroughADouble() {
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            long micros = 1_600_000_000_000_000L + (long) (random.nextDouble() * 600_000_000_000_000L);
            String printed = BigDecimal.valueOf(micros, 6).toPlainString();
            double kept = Double.parseDouble(printed);

            assertThat(Since.parse(printed, CLOCK).time()).isEqualTo(micros);
            assertThat(Since.parse(new BigDecimal(Double.toString(kept)).toPlainString(), CLOCK)
                            .time())
                    .isEqualTo(micros);
            assertThat(Since.parse(
                                    new BigDecimal(kept)
                                            .setScale(9, RoundingMode.HALF_EVEN)
                                            .toPlainString(),
                                    CLOCK)
                            .time())
                    .isEqualTo(micros);
        }
    }
}
