package dev.caravan.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PaceTest {

    private final AtomicLong now = new AtomicLong(-TimeUnit.DAYS.toNanos(1));

    @Test
    void lets0PassWithoutLimit() {
        Pace pace = new Pace(0, now::get);
        for (int i = 0; i < 1_000; i++) {
            pace.passed();
        }
        assertThat(pace.waitNanos()).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 10, 200, 5_000, 1_000_000})
    void keepsTheRateOverTime(int perSecond) {
        Pace pace = new Pace(perSecond, now::get);
        long end = now.get() + TimeUnit.SECONDS.toNanos(10);
        long passed = 0;
        while (now.get() < end) {
            long wait = pace.waitNanos();
            if (wait > 0) {
                now.addAndGet(wait);
            } else {
                pace.passed();
                passed++;
            }
        }
        assertThat(passed).isBetween(perSecond * 10L, perSecond * 10L + Math.max(1, perSecond / 10) + 1);
    }

    @Test
    void catchesUpATenthOfASecondAtMost() {
        Pace pace = new Pace(100, now::get);
        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        int burst = 0;
        while (pace.waitNanos() == 0) {
            pace.passed();
            burst++;
        }
        assertThat(burst).isEqualTo(10);
    }

    @Test
    void saysHowLongToWait() {
        Pace pace = new Pace(1, now::get);
        assertThat(pace.waitNanos()).isZero();
        pace.passed();
        assertThat(pace.waitNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(1));
        now.addAndGet(TimeUnit.MILLISECONDS.toNanos(400));
        assertThat(pace.waitNanos()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(600));
    }
}
