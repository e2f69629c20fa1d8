package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@NullMarked
class BrakeTest {

    private final AtomicInteger waiting = new AtomicInteger();
    private final List<Runnable> later = new ArrayList<>();
    private final List<Boolean> switched = new ArrayList<>();
    private final Brake brake = new Brake(waiting::get, (task, delay) -> later.add(task));
    private final Link link = new ReadLink();

    private void add(int messages) {
        for (int i = 0; i < messages; i++) {
            waiting.incrementAndGet();
            brake.added(link);
        }
    }

    private void take(int messages) {
        for (int i = 0; i < messages; i++) {
            waiting.decrementAndGet();
            brake.taken();
        }
    }

    @Test
    void readsWhileFewWait() {
        add(Brake.MANY - 1);
        take(Brake.MANY - 1);

        assertThat(switched).isEmpty();
    }

    @Test
    void stopsReadingWhileManyWaitAndGoesOnWhenFewDo() {
        add(Brake.MANY + 10);
        assertThat(switched).containsExactly(false);

        take(Brake.MANY + 9 - Brake.FEW);
        assertThat(switched).containsExactly(false);
        take(1);

        assertThat(switched).containsExactly(false, true);
    }

    @Test
    void letsGoAfterAWhileAndHoldsAgainOnlyAfterItCaughtUp() {
        add(Brake.MANY);
        later.remove(0).run();
        add(Brake.MANY);
        assertThat(switched).containsExactly(false, true);

        take(2 * Brake.MANY);
        add(Brake.MANY);

        assertThat(switched).containsExactly(false, true, false);
    }

    @Test
    void givesEachTimeOfHoldingItsOwnLimit() {
        add(Brake.MANY);
        take(Brake.MANY);
        add(Brake.MANY);
        assertThat(switched).containsExactly(false, true, false);

        later.remove(0).run();
        assertThat(switched).containsExactly(false, true, false);
        later.remove(0).run();

        assertThat(switched).containsExactly(false, true, false, true);
    }

    /** A link that notes whether it is read. */
    private final class ReadLink implements Link {

        @Override
        public void read(boolean on) {
            switched.add(on);
        }

        @Override
        public void open() {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Void> subscribe(ClientOptions.Subscription subscription) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Void> unsubscribe(String topicFilter) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void publish(Mqtt5Publish message, Consumer<@Nullable Throwable> done) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CompletableFuture<Void> close(boolean endSession) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void abort(Throwable cause) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean hasEnded() {
            return false;
        }
    }
}
