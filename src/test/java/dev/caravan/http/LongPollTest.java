package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.export.PayloadFilter;
import dev.caravan.store.MessageStore;
import dev.caravan.store.Publication;
import dev.caravan.store.StoreBounds;
import dev.caravan.store.StoreException;
import dev.caravan.store.StoredMessage;
import dev.caravan.topic.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One {@code GET /subscribe} that reads the database, turn by turn. */
@Timeout(300)
class LongPollTest {

    private static final TopicFilter A = new TopicFilter("a");
    private static final Duration LONG = Duration.ofMinutes(10);

    private final MessageStore store =
            MessageStore.inMemory(new StoreBounds(100_000, 100, 100_000_000), InstantSource.system());
    private final LiveFeed feed = new LiveFeed(store);
    private final List<Look.Found> answers = new ArrayList<>();
    private List<StoredMessage> kept = List.of();

    @BeforeEach
    void keepThreePages() {
        for (int i = 0; i < 250; i++) {
            keep(Integer.toString(i));
        }
        kept = store.read(A, Long.MIN_VALUE);
        feed.start();
    }

    @AfterEach
    void stop() {
        feed.stop();
    }

    private void keep(String payload) {
        store.keep(new Publication(
                "a", payload.getBytes(StandardCharsets.UTF_8), "p", 0, false, null, List.of(), null, null));
    }

    private LongPoll poll(@Nullable String filter, int limit, boolean waits, Duration time) throws Exception {
        MessageReader reader = new MessageReader(store, feed, A, 0);
        PayloadFilter condition = filter == null ? null : PayloadFilter.parse("filter", filter);
        return new LongPoll(new DatabaseLook(reader, condition, limit), waits, time, found -> {
            answers.add(found);
            return new byte[1];
        });
    }

    /** Asks until the answer is there, as the server does. */
    private int turns(LongPoll poll) throws StoreException {
        int turns = 1;
        while (!poll.next().toCompletableFuture().join().last()) {
            turns++;
        }
        return turns;
    }

    private Look.Found answer() {
        assertThat(answers).hasSize(1);
        return answers.get(0);
    }

    private long id(int index) {
        return kept.get(index).id();
    }

    @Test
    void aLongLookIsMadeInShortOnes() throws Exception {
        assertThat(turns(poll("$ < 0", 1, false, LONG))).isEqualTo(4);

        assertThat(answer()).isEqualTo(new Look.Found(List.of(), false, id(249)));
    }

    @Test
    void whereItsTimeIsOverItSaysHowFarItCame() throws Exception {
        assertThat(turns(poll("$ < 0", 1, false, Duration.ZERO))).isEqualTo(1);

        assertThat(answer()).isEqualTo(new Look.Found(List.of(), true, id(99)));
    }

    @Test
    void aLimitEndsTheLookAndTheLastIdIsBeforeWhatIsLeft() throws Exception {
        assertThat(turns(poll("$ == 5 || $ == 7", 1, true, LONG))).isEqualTo(1);

        assertThat(answer().messages()).extracting(StoredMessage::id).containsExactly(id(5));
        assertThat(answer().truncated()).isTrue();
        assertThat(answer().lastId()).isEqualTo(id(5));
    }

    @Test
    void aLimitThatIsExactlyAllCutsNothing() throws Exception {
        turns(poll(null, 250, true, LONG));

        assertThat(answer()).isEqualTo(new Look.Found(kept, false, id(249)));
    }

    @Test
    void whoWaitsAfterTheLookIsGivenWhatComes() throws Exception {
        LongPoll poll = poll("$ == 1000", 10, true, LONG);
        for (int i = 0; i < 4; i++) {
            poll.next();
        }
        assertThat(feed.waiting()).isEqualTo(1);
        keep("999");
        keep("1000");

        turns(poll);

        assertThat(answer().messages()).hasSize(1);
        assertThat(answer().lastId()).isEqualTo(feed.newest());
    }

    @Test
    void bytesBoundAnAnswerAndUserPropertiesAreBytes() {
        AnswerSize answer = new AnswerSize(1_000);
        StoredMessage large = new StoredMessage(
                1, "a", new byte[0], 1, "p", 0, false, null, List.of(Map.entry("k", "v".repeat(9 << 20))));

        assertThat(answer.add(large)).isTrue();
        assertThat(answer.add(large)).isFalse();
        assertThat(answer.messages()).hasSize(1);
    }
}
