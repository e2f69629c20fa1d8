package dev.caravan.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.ZoneOffset;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The values of {@code rotate} and {@code keep}. */
@NullMarked
class AmountsOfFilesTest {

    @ParameterizedTest
    @CsvSource({"1KB,1024", "2048B,2048", "100MB,104857600", "100 MB,104857600", "3GB,3221225472", "2TB,2199023255552"})
    void aSizeHasTheUnitsOfTheSettings(String text, long bytes) {
        assertThat(Rotation.parse("day," + text, ZoneOffset.UTC).maxBytes()).isEqualTo(bytes);
        assertThat(Retention.parse(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"30d,P30D", "12h,PT12H", "90m,PT1H30M", "3600s,PT1H"})
    void anAgeHasTheUnitsOfTheSettings(String text, Duration age) {
        assertThat(Retention.parse(text).age()).isEqualTo(age);
    }

    @Test
    void aNumberAloneCountsFiles() {
        assertThat(Retention.parse("2000, 30d, 1GB")).isEqualTo(new Retention(Duration.ofDays(30), 2_000, 1L << 30));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"2000", "1023B", "0MB", "-1MB", "1.5GB", "1mb", "101TB", "99999999999TB", "day,hour", "1KB,1KB"})
    void rotateRefusesWhatIsNoSize(String text) {
        assertThatThrownBy(() -> Rotation.parse(text, ZoneOffset.UTC))
                .hasMessageContaining("'rotate'")
                .hasMessageContaining("'" + text + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "30d,30d", "5s", "1y", "40000d", "1KB,2KB", "", "1,2"})
    void keepRefusesWhatIsNoAmountOrStandsTwice(String text) {
        assertThatThrownBy(() -> Retention.parse(text)).hasMessageContaining("'keep'");
    }
}
