package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

@NullMarked
class SensorTest {

    private static List<Sensor.Reading> day(long seed) {
        return Stream.generate(new Sensor(seed, 22, 60)::next).limit(24 * 60).toList();
    }

    @Test
    void givesTheSameNumbersForTheSameSeed() {
        assertThat(day(5)).isEqualTo(day(5)).isNotEqualTo(day(6));
    }

    @Test
    void staysWithinARoomAndMovesSmoothly() {
        List<Sensor.Reading> day = day(1);

        assertThat(day).allSatisfy(reading -> {
            assertThat(reading.temperature()).isBetween(15.0, 29.0);
            assertThat(reading.humidity()).isBetween(30.0, 70.0);
            assertThat(reading.pressure()).isBetween(1005.0, 1021.0);
        });
        for (int i = 1; i < day.size(); i++) {
            assertThat(day.get(i).temperature() - day.get(i - 1).temperature()).isBetween(-0.5, 0.5);
        }
    }

    @Test
    void isWarmerInTheAfternoonThanInTheMorning() {
        List<Sensor.Reading> fromEight = day(2);

        assertThat(fromEight.get(8 * 60).temperature())
                .isGreaterThan(fromEight.get(0).temperature());
    }

    @Test
    void seesMotionComeAndGo() {
        Sensor sensor = new Sensor(3, 22, 1);

        assertThat(Stream.generate(sensor::nextMotion).limit(500).toList()).contains(true, false);
    }
}
