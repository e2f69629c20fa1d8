package dev.caravan.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RefusedLineTest {

    private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    private final List<String> sent = new CopyOnWriteArrayList<>();
    private final RefusedLine line = new RefusedLine(scheduler, () -> sent.add("empty"));

    @AfterEach
    void stop() {
        scheduler.shutdownNow();
    }

    @Test
    void offersTheFirstAloneAndTheOthersInOrderOnceItIsTaken() {
        line.refused(() -> sent.add("a"), false);
        line.refused(() -> sent.add("b"), false);
        assertThat(line.joins(() -> sent.add("c"))).isTrue();

        await().until(() -> sent.size() == 1);
        assertThat(sent).containsExactly("a");
        line.settled();
        assertThat(sent).containsExactly("a", "b");
        line.settled();
        line.settled();

        assertThat(sent).containsExactly("a", "b", "c", "empty");
        assertThat(line.isEmpty()).isTrue();
    }

    @Test
    void keepsTheFirstInItsPlaceWhenItIsRefusedAgain() {
        line.refused(() -> sent.add("a"), false);
        line.refused(() -> sent.add("b"), false);
        await().until(() -> sent.size() == 1);

        line.refused(() -> sent.add("a"), true);

        await().until(() -> sent.size() == 2);
        line.settled();
        assertThat(sent).containsExactly("a", "a", "b");
    }

    @Test
    void letsEverythingPassWhileNothingWasRefused() {
        assertThat(line.joins(() -> sent.add("a"))).isFalse();
        assertThat(line.isEmpty()).isTrue();
    }
}
