package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecentMessagesTest {

    private static final long ALL = Long.MIN_VALUE;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-31T12:00:00.123456Z"));
    private final RecentMessages store = store(100, 1_000, 1_000_000);

    @Test
    void keepsMessagesInOrderWithTheTimeOfTheClock() {
        keep("a/b", "one");
        now.set(Instant.parse("2026-01-31T12:00:01Z"));
        keep("a/b", "two");

        List<StoredMessage> messages = read("a/b", ALL);

        assertThat(payloads(messages)).containsExactly("one", "two");
        assertThat(messages.get(0).timestamp()).isEqualTo(1_769_860_800_123_456L);
        assertThat(messages.get(1).timestamp()).isEqualTo(1_769_860_801_000_000L);
        assertThat(messages.get(0).id()).isLessThan(messages.get(1).id());
    }

    @Test
    void timestampsGrowWhileTheClockStandsAndWhenItGoesBack() {
        long first = keep("a", "1").timestamp();
        long second = keep("b", "2").timestamp();
        now.set(Instant.parse("2026-01-31T11:00:00Z"));
        long third = keep("a", "3").timestamp();

        assertThat(List.of(second, third)).containsExactly(first + 1, first + 2);
    }

    @Test
    void readsOnlyWhatIsLaterThanSince() {
        keep("a", "1");
        long second = keep("a", "2").timestamp();
        keep("a", "3");

        assertThat(payloads(read("a", second))).containsExactly("3");
        assertThat(payloads(read("a", second - 1))).containsExactly("2", "3");
        assertThat(read("a", Long.MAX_VALUE)).isEmpty();
        assertThat(read("never/seen", ALL)).isEmpty();
    }

    @Test
    void readsWildcardsInTheOrderOfTime() {
        keep("s/1/t", "1");
        keep("s/2/t", "2");
        keep("s/1/t", "3");
        keep("other", "4");
        keep("$SYS/x", "5");

        assertThat(payloads(read("s/+/t", ALL))).containsExactly("1", "2", "3");
        assertThat(payloads(read("#", ALL))).containsExactly("1", "2", "3", "4");
        assertThat(payloads(read("$SYS/#", ALL))).containsExactly("5");
    }

    @Test
    void forgetsTheOldestMessageOfAFullTopic() {
        RecentMessages small = store(3, 10, 1_000_000);
        for (int i = 1; i <= 5; i++) {
            keep(small, "a", String.valueOf(i));
        }
        keep(small, "b", "b");

        assertThat(payloads(small.read(new TopicFilter("a"), ALL))).containsExactly("3", "4", "5");
        assertThat(small.totals().messages()).isEqualTo(4);
        assertThat(small.totals().keptSinceStart()).isEqualTo(6);
    }

    @Test
    void forgetsTheTopicWrittenToLongestAgo() {
        RecentMessages small = store(10, 2, 1_000_000);
        keep(small, "a", "1");
        keep(small, "b", "2");
        keep(small, "a", "3");
        keep(small, "c", "4");

        assertThat(small.topics()).extracting(TopicSummary::topic).containsExactly("a", "c");
        assertThat(small.clear(new TopicName("b"))).isEmpty();
    }

    @Test
    void readingATopicDoesNotKeepItAlive() {
        RecentMessages small = store(10, 2, 1_000_000);
        keep(small, "a", "1");
        keep(small, "b", "2");
        small.read(new TopicFilter("a"), ALL);
        keep(small, "c", "3");

        assertThat(small.topics()).extracting(TopicSummary::topic).containsExactly("b", "c");
    }

    @Test
    void forgetsTheOldestMessageOfAllWhenBytesAreFull() {
        RecentMessages small = store(100, 100, 3_000);
        keep(small, "a", "x".repeat(800));
        keep(small, "b", "y".repeat(800));
        keep(small, "a", "z".repeat(800));

        assertThat(small.topics()).extracting(TopicSummary::topic).containsExactly("a", "b");
        keep(small, "b", "w".repeat(800));
        assertThat(payloads(small.read(new TopicFilter("#"), ALL)))
                .extracting(p -> p.charAt(0))
                .containsExactly('y', 'z', 'w');
        assertThat(small.totals().bytes()).isLessThanOrEqualTo(3_000);
    }

    @Test
    void keepsTheNewestMessageEvenWhereItAloneIsTooLarge() {
        RecentMessages small = store(100, 100, 1_000);
        keep(small, "a", "1");
        keep(small, "b", "x".repeat(5_000));

        assertThat(small.topics()).extracting(TopicSummary::topic).containsExactly("b");
        keep(small, "c", "2");
        assertThat(small.topics()).extracting(TopicSummary::topic).containsExactly("c");
        assertThat(small.totals().bytes()).isLessThan(1_000);
    }

    @Test
    void countsEmptyMessagesToo() {
        RecentMessages small = store(1_000_000, 1_000_000, 100_000);
        for (int i = 0; i < 100_000; i++) {
            keep(small, "t/" + i, "");
        }

        assertThat(small.totals().messages()).isLessThan(1_000);
        assertThat(small.totals().topics()).isLessThan(1_000);
    }

    @Test
    void clearsATopicOnce() {
        keep("a", "1");
        keep("a", "2");
        keep("b", "3");

        assertThat(store.clear(new TopicName("a"))).hasValue(2);
        assertThat(store.clear(new TopicName("a"))).isEmpty();
        assertThat(store.clear(new TopicName("never"))).isEmpty();
        assertThat(store.topics()).extracting(TopicSummary::topic).containsExactly("b");
        long before = read("b", ALL).get(0).timestamp();
        assertThat(keep("a", "4").timestamp()).isGreaterThan(before);
    }

    @Test
    void summarisesTopicsSorted() {
        keep("b", "1");
        keep("a", "2");
        keep("b", "3");

        List<TopicSummary> topics = store.topics();

        assertThat(topics).extracting(TopicSummary::topic).containsExactly("a", "b");
        assertThat(topics).extracting(TopicSummary::count).containsExactly(1, 2);
        assertThat(text(Objects.requireNonNull(topics.get(1).last()).payload())).isEqualTo("3");
        assertThat(topics.get(1).retained()).isNull();
    }

    @Test
    void listsTopicsThatHaveARetainedValueOnly() {
        store.retained("b/told", bytes("on"));
        keepRetained("c/cleared", "off");
        store.clear(new TopicName("c/cleared"));
        keep("a", "1");

        List<TopicSummary> topics = store.topics();

        assertThat(topics).extracting(TopicSummary::topic).containsExactly("a", "b/told", "c/cleared");
        assertThat(topics).extracting(TopicSummary::count).containsExactly(1, 0, 0);
        assertThat(topics.get(1).last()).isNull();
        assertThat(retained("b/told")).isEqualTo("on");
        assertThat(retained("c/cleared")).isEqualTo("off");
        store.retained("b/told", bytes(""));
        assertThat(store.topics()).extracting(TopicSummary::topic).containsExactly("a", "c/cleared");
    }

    @Test
    void rejectsWhatIsNoTopicName() {
        assertThatThrownBy(() -> keep("a/#", "1")).isInstanceOf(IllegalArgumentException.class);
        assertThat(store.totals().messages()).isZero();
        assertThatThrownBy(() -> store(0, 1, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    // Retained Messages

    @Test
    void showsTheRetainedValueUntilAnEmptyOneClearsIt() {
        keepRetained("lamp", "on");
        assertThat(retained("lamp")).isEqualTo("on");

        keep("lamp", "dim");
        assertThat(retained("lamp")).isEqualTo("on");

        keepRetained("lamp", "");
        assertThat(retained("lamp")).isNull();
        assertThat(payloads(read("lamp", ALL))).containsExactly("on", "dim", "");
    }

    @Test
    void takesARetainedMessageAsLastValueOnlyOnce() {
        assertThat(keepRetained("lamp", "on")).isPresent();
        assertThat(keepRetained("lamp", "on")).as("after a reconnect").isEmpty();
        assertThat(payloads(read("lamp", ALL))).containsExactly("on");
    }

    @Test
    void takesARetainedValueThatChangedWhileNobodyListened() {
        keepRetained("lamp", "on");
        keepRetained("lamp", "off");

        assertThat(payloads(read("lamp", ALL))).containsExactly("on", "off");
        assertThat(retained("lamp")).isEqualTo("off");
    }

    @Test
    void recognisesARepetitionOfAMessageThatCameWithoutTheFlag() {
        // Without Retain As Published a live message has no flag, its repetition after a reconnect has.
        keep("lamp", "on");

        assertThat(keepRetained("lamp", "on")).isEmpty();
        assertThat(payloads(read("lamp", ALL))).containsExactly("on");
        assertThat(retained("lamp")).isEqualTo("on");
    }

    @Test
    void learnsTheRetainedValueFromTheBroker() {
        store.retained("lamp", bytes("on"));
        keep("lamp", "on");
        keep("lamp", "dim");

        assertThat(retained("lamp")).isEqualTo("on");
        assertThat(keepRetained("lamp", "on")).as("after a reconnect").isEmpty();

        store.retained("lamp", new byte[0]);
        assertThat(retained("lamp")).isNull();
        assertThat(payloads(read("lamp", ALL))).containsExactly("on", "dim");
    }

    @Test
    void takesEveryLiveMessageThatTheBrokerTold() {
        for (String value : List.of("1", "2", "2", "", "2")) {
            store.retained("lamp", bytes(value));
        }
        for (String value : List.of("1", "2", "2", "", "2")) {
            assertThat(keepRetained("lamp", value)).as(value).isPresent();
        }
        assertThat(keepRetained("lamp", "2")).as("after a reconnect").isEmpty();
        assertThat(retained("lamp")).isEqualTo("2");
    }

    @Test
    void takesTheFirstDeliveryOfARetainedValueTheBrokerToldBefore() {
        store.retained("lamp", bytes("on"));

        assertThat(keepRetained("lamp", "on")).isPresent();
    }

    @Test
    void aRepetitionDoesNotBringBackAClearedTopic() {
        keepRetained("lamp", "on");
        store.clear(new TopicName("lamp"));

        assertThat(keepRetained("lamp", "on")).isEmpty();
        assertThat(read("lamp", ALL)).isEmpty();
        assertThat(keepRetained("lamp", "off")).isPresent();
    }

    @Test
    void keepsWhatSomebodyHasJustPublishedEvenWhereItEqualsTheRetainedValue() {
        keepRetained("lamp", "on");
        CompletableFuture<StoredMessage> kept = store.whenKept("id-1", Duration.ofSeconds(5));

        store.keep(new Publication("lamp", bytes("on"), "anonymous", 1, true, null, List.of(), null, "id-1"));

        assertThat(kept).isCompleted();
        assertThat(payloads(read("lamp", ALL))).containsExactly("on", "on");
    }

    @Test
    void retainedValuesAreBoundedToo() {
        RecentMessages small = store(10, 3, 1_000_000);
        for (int i = 0; i < 1_000; i++) {
            small.retained("t/" + i, bytes("x"));
        }
        assertThat(small.totals().bytes()).isLessThan(1_000);

        RecentMessages tight = store(10, 1_000, 2_000);
        for (int i = 0; i < 100; i++) {
            tight.retained("t/" + i, bytes("x".repeat(100)));
        }
        assertThat(tight.totals().bytes()).isLessThanOrEqualTo(2_000);
    }

    // Waiting

    @Test
    void wakesWhoWaitsForAMessage() throws Exception {
        CompletableFuture<StoredMessage> kept = store.whenKept("id-1", Duration.ofSeconds(5));
        store.keep(new Publication("a", bytes("other"), "anonymous", 1, false, null, List.of(), null, "id-2"));
        assertThat(kept).isNotDone();

        store.keep(new Publication("a", bytes("mine"), "anonymous", 1, false, null, List.of(), null, "id-1"));

        assertThat(kept.get()).isEqualTo(read("a", ALL).get(1));
    }

    @Test
    void forgetsWhoWaitsInVain() {
        CompletableFuture<StoredMessage> kept = store.whenKept("id-1", Duration.ofMillis(1));

        assertThatThrownBy(kept::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(TimeoutException.class);
    }

    // Threads

    @Test
    void readersMissNothingAndSeeNothingTwiceWhileOthersWrite() throws Exception {
        RecentMessages big = store(1_000_000, 1_000, Long.MAX_VALUE);
        int writers = 4;
        int each = 5_000;
        ExecutorService pool = Executors.newFixedThreadPool(writers + 1);
        try {
            AtomicBoolean done = new AtomicBoolean();
            Future<List<StoredMessage>> reader = pool.submit(() -> {
                List<StoredMessage> seen = new ArrayList<>();
                long since = ALL;
                boolean last;
                do {
                    last = done.get();
                    List<StoredMessage> news = big.read(new TopicFilter("w/#"), since);
                    if (!news.isEmpty()) {
                        seen.addAll(news);
                        since = news.get(news.size() - 1).timestamp();
                    }
                } while (!last);
                return seen;
            });
            List<Future<?>> all = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int writer = w;
                all.add(pool.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        keep(big, "w/" + writer + "/" + i % 10, writer + ":" + i);
                    }
                }));
            }
            for (Future<?> f : all) {
                f.get();
            }
            done.set(true);

            List<StoredMessage> seen = reader.get();
            Set<String> distinct = new HashSet<>(payloads(seen));
            assertThat(seen).hasSize(writers * each);
            assertThat(distinct).hasSize(writers * each);
            List<Long> timestamps = seen.stream().map(StoredMessage::timestamp).toList();
            assertThat(timestamps).isSorted().doesNotHaveDuplicates();
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void boundsHoldWhileManyWrite() throws Exception {
        RecentMessages small = store(10, 20, 20_000);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int w = 0; w < 4; w++) {
                int writer = w;
                all.add(pool.submit(() -> {
                    for (int i = 0; i < 5_000; i++) {
                        keep(small, "t/" + (i * 7 + writer) % 50, "x".repeat(i % 300));
                        if (i % 50 == 0) {
                            small.clear(new TopicName("t/" + i % 20));
                            small.topics();
                        }
                    }
                }));
            }
            for (Future<?> f : all) {
                f.get();
            }
        } finally {
            pool.shutdownNow();
        }
        StoreTotals totals = small.totals();
        List<StoredMessage> left = small.read(new TopicFilter("#"), ALL);
        assertThat(totals.topics()).isLessThanOrEqualTo(20);
        assertThat(totals.bytes()).isLessThanOrEqualTo(20_000);
        assertThat(totals.messages()).isEqualTo(left.size());
        assertThat(small.topics()).allMatch(t -> t.count() <= 10);
        assertThat(small.topics().stream().mapToInt(TopicSummary::count).sum()).isEqualTo(left.size());
        assertThat(Collections.max(left.stream().map(StoredMessage::id).toList()))
                .isEqualTo(small.lastTimestamp())
                .isEqualTo(1_769_860_800_123_455L + totals.keptSinceStart());
    }

    private RecentMessages store(int messagesPerTopic, int topics, long bytes) {
        return new RecentMessages(new StoreBounds(messagesPerTopic, topics, bytes), now::get);
    }

    private StoredMessage keep(String topic, String payload) {
        return keep(store, topic, payload);
    }

    private static StoredMessage keep(RecentMessages store, String topic, String payload) {
        return store.keep(new Publication(topic, bytes(payload), "anonymous", 1, false, null, List.of(), null, null))
                .orElseThrow();
    }

    private Optional<StoredMessage> keepRetained(String topic, String payload) {
        return store.keep(new Publication(topic, bytes(payload), "anonymous", 1, true, null, List.of(), null, null));
    }

    private @Nullable String retained(String topic) {
        return store.topics().stream()
                .filter(t -> t.topic().equals(topic))
                .map(TopicSummary::retained)
                .filter(Objects::nonNull)
                .map(r -> text(r.payload()))
                .findFirst()
                .orElse(null);
    }

    private List<StoredMessage> read(String filter, long after) {
        return store.read(new TopicFilter(filter), after);
    }

    private static List<String> payloads(List<StoredMessage> messages) {
        return messages.stream().map(m -> text(m.payload())).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
