package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.store.MessageStore;
import dev.caravan.store.Publication;
import dev.caravan.store.StoreBounds;
import dev.caravan.store.StoredMessage;
import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class LiveFeedTest {

    private static final TopicFilter A = new TopicFilter("a");
    private static final long LONG = TimeUnit.MINUTES.toNanos(10);

    private final MessageStore store =
            MessageStore.inMemory(new StoreBounds(100_000, 100, 100_000_000), InstantSource.system());
    private final LiveFeed feed = new LiveFeed(store);

    @AfterEach
    void stop() {
        feed.stop();
    }

    private void keep(String topic) {
        store.keep(new Publication(
                topic, "x".getBytes(StandardCharsets.UTF_8), "p", 0, false, null, List.of(), null, null));
    }

    private List<StoredMessage> read(long afterId) {
        return Objects.requireNonNull(feed.read(A, afterId, 1_000_000)).messages();
    }

    @Test
    void whatWasThereBeforeTheStartIsInTheStoreOnly() {
        keep("a");
        feed.start();
        long before = feed.newest();
        keep("a");

        assertThat(feed.read(A, Long.MIN_VALUE, 10)).isNull();
        assertThat(read(before)).hasSize(1);
    }

    @Test
    void anEmptyStoreHasNothingElse() {
        feed.start();
        keep("a");

        assertThat(read(Long.MIN_VALUE)).hasSize(1);
    }

    @Test
    void saysWhereSomethingWasPushedOut() {
        feed.start();
        long begin = feed.newest();
        for (int i = 0; i < 10_000; i++) {
            keep("a");
        }

        assertThat(feed.read(A, begin, 10)).isNull();
        assertThat(read(feed.floor())).hasSize(8_192);
        assertThat(feed.await(A, begin, LONG)).isCompletedWithValue(true);
    }

    @Test
    void userPropertiesCountAsMemory() {
        feed.start();
        long begin = feed.newest();
        for (int i = 0; i < 100; i++) {
            store.keep(new Publication(
                    "a", new byte[1], "p", 0, false, null, List.of(Map.entry("k", "v".repeat(180_000))), null, null));
        }

        assertThat(feed.read(A, begin, 10)).isNull();
        assertThat(read(feed.floor())).hasSizeBetween(40, 50);
    }

    @Test
    void aLimitTellsHowFarItLooked() {
        feed.start();
        long begin = feed.newest();
        for (int i = 0; i < 10; i++) {
            keep(i % 2 == 0 ? "a" : "b");
        }

        LiveFeed.Reading three = Objects.requireNonNull(feed.read(A, begin, 3));

        assertThat(three.messages()).hasSize(3);
        assertThat(read(three.upTo())).hasSize(2);
        assertThat(Objects.requireNonNull(feed.read(A, begin, 5)).upTo()).isEqualTo(feed.newest());
    }

    @Test
    void wakesThoseWhoMatchAndNoOthers() throws Exception {
        feed.start();
        CompletableFuture<Boolean> a = feed.await(A, feed.newest(), LONG);
        CompletableFuture<Boolean> b = feed.await(new TopicFilter("b"), feed.newest(), LONG);

        keep("a");

        assertThat(a.get()).isTrue();
        assertThat(b).isNotDone();
        assertThat(feed.waiting()).isEqualTo(1);
        b.complete(false);
        assertThat(feed.waiting()).isZero();
    }

    @Test
    void everyWaitHasAnEnd() throws Exception {
        feed.start();
        List<CompletableFuture<Boolean>> waits = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            waits.add(feed.await(A, feed.newest(), TimeUnit.MILLISECONDS.toNanos(i)));
        }
        CompletableFuture<Boolean> last = feed.await(A, feed.newest(), LONG);

        for (CompletableFuture<Boolean> wait : waits) {
            assertThat(wait.get()).isFalse();
        }
        assertThat(last).isNotDone();
        feed.stop();
        assertThat(last.get()).isFalse();
        assertThat(feed.await(A, feed.newest(), LONG)).isCompletedWithValue(false);
    }

    @Test
    void aClearedTopicIsForgotten() {
        feed.start();
        keep("a");
        keep("b");

        feed.forget(new TopicName("a"));

        assertThat(read(Long.MIN_VALUE)).isEmpty();
    }

    @Test
    void neverMissesAMessageThatComesWhileSomebodyBeginsToWait() throws Exception {
        feed.start();
        Thread publisher = new Thread(() -> {
            for (int i = 0; i < 20_000; i++) {
                keep("a");
            }
        });
        publisher.start();
        int seen = 0;
        long position = Long.MIN_VALUE;
        while (seen < 20_000) {
            LiveFeed.Reading reading = feed.read(A, position, 100);
            if (reading == null) {
                // Slower than the feed, as happens on a busy machine: the store has what was pushed out.
                List<StoredMessage> stored = store.read(A, position);
                seen += stored.size();
                position = stored.get(stored.size() - 1).id();
                continue;
            }
            seen += reading.messages().size();
            position = reading.upTo();
            if (reading.messages().isEmpty() && seen < 20_000) {
                assertThat(feed.await(A, position, TimeUnit.SECONDS.toNanos(20)).get())
                        .isTrue();
            }
        }
        publisher.join();
        assertThat(seen).isEqualTo(20_000);
    }
}
