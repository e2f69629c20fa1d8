package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ClockJumpsTest {

    private Instant now = Instant.parse("2026-01-31T12:00:00Z");
    private long nanos = Long.MAX_VALUE - 5; // It may overflow.
    private final ClockJumps jumps = new ClockJumps(() -> now, () -> nanos);

    @Test
    void isSteadyWhileTheClockGoesOnAsTimeDoes() {
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofMinutes(3));
            now = now.plusMillis(500);
            assertThat(jumps.isSteady()).isTrue();
        }
    }

    @Test
    void waitsTenMinutesAfterEachJump() {
        now = now.plus(Duration.ofDays(40));
        assertThat(jumps.isSteady()).isFalse();
        pass(Duration.ofMinutes(9));
        assertThat(jumps.isSteady()).isFalse();
        now = now.minus(Duration.ofDays(40));
        assertThat(jumps.isSteady()).isFalse();
        pass(Duration.ofMinutes(9));
        assertThat(jumps.isSteady()).isFalse();
        pass(Duration.ofMinutes(1));
        assertThat(jumps.isSteady()).isTrue();
    }

    private void pass(Duration time) {
        now = now.plus(time);
        nanos += time.toNanos();
    }
}
