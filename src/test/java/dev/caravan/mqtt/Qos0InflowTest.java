package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class Qos0InflowTest {

    private Instant now = Instant.EPOCH;
    private final HeldLink link = new HeldLink();
    private final Qos0Inflow inflow = new Qos0Inflow(() -> now, Duration.ofSeconds(60));

    @Test
    void pausesTheLinkWhenTooMuchWaitsAndResumesWhenHalfIsTaken() {
        admit(Qos0Inflow.PAUSE_AT - 1);
        assertThat(link.paused).isFalse();
        admit(1);
        assertThat(link.paused).isTrue();

        take(Qos0Inflow.PAUSE_AT / 2 - 1);
        assertThat(link.paused).isTrue();
        take(1);
        assertThat(link.paused).isFalse();
    }

    @Test
    void takesWhatTheReadUnderWayStillBrings() {
        admit(5 * Qos0Inflow.PAUSE_AT);
    }

    @Test
    void dropsWhatComesAfterThePauseHasGrownTooLong() {
        admit(Qos0Inflow.PAUSE_AT);
        now = now.plusSeconds(30);

        assertThat(inflow.admit(link)).isFalse();

        take(Qos0Inflow.PAUSE_AT / 2);
        admit(Qos0Inflow.PAUSE_AT / 2);
        assertThat(link.paused).isTrue();
    }

    @Test
    void pausesTheNextLinkToo() {
        admit(Qos0Inflow.PAUSE_AT);
        HeldLink next = new HeldLink();

        assertThat(inflow.admit(next)).isTrue();

        assertThat(next.paused).isTrue();
    }

    private void admit(int count) {
        for (int i = 0; i < count; i++) {
            assertThat(inflow.admit(link)).as("message %d", i).isTrue();
        }
    }

    private void take(int count) {
        for (int i = 0; i < count; i++) {
            inflow.taken();
        }
    }
}
