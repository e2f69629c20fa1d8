package dev.caravan.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.export.PayloadFilter;
import dev.caravan.store.MessageStore;
import dev.caravan.store.Publication;
import dev.caravan.store.StoreBounds;
import dev.caravan.topic.TopicFilter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a stream of events tells of its place, piece by piece. */
@Timeout(30)
class EventStreamTest {

    private static final TopicFilter A = new TopicFilter("a");

    private final MessageStore store =
            MessageStore.inMemory(new StoreBounds(100_000, 100, 100_000_000), InstantSource.system());
    private final LiveFeed feed = new LiveFeed(store);

    @BeforeEach
    void start() {
        feed.start();
    }

    @AfterEach
    void stop() {
        feed.stop();
    }

    private long keep(String payload) {
        store.keep(new Publication(
                "a", payload.getBytes(StandardCharsets.UTF_8), "p", 0, false, null, List.of(), null, null));
        return feed.newest();
    }

    private EventStream stream(String filter, Duration heartbeat) throws Exception {
        return new EventStream(
                new MessageReader(store, feed, A, feed.newest()), PayloadFilter.parse("filter", filter), heartbeat);
    }

    private static String next(EventStream stream) throws Exception {
        return new String(stream.next().toCompletableFuture().join().bytes(), StandardCharsets.US_ASCII);
    }

    @Test
    void beginsWithItsPlaceSoThatABrowserMayComeBackBeforeTheFirstEvent() throws Exception {
        assertThat(next(stream("$ > 0", Duration.ofMinutes(10)))).isEqualTo("retry: 2000\nid: 0\n\n");
        long id = keep("1");

        assertThat(next(stream("$ > 0", Duration.ofMinutes(10)))).isEqualTo("retry: 2000\nid: " + id + "\n\n");
    }

    @Test
    void showsThatItLivesAndHowFarItIsWhileTheFilterHoldsTrafficBack() throws Exception {
        EventStream stream = stream("$ < 0", Duration.ZERO);
        next(stream);
        long id = keep("1");

        assertThat(next(stream)).isEqualTo(":\nid: " + id + "\n\n");
    }

    @Test
    void isSilentUntilTheHeartbeatIsDue() throws Exception {
        EventStream stream = stream("$ < 0", Duration.ofMinutes(10));
        next(stream);
        keep("1");

        assertThat(next(stream)).isEmpty();
        long id = keep("-1");
        assertThat(next(stream)).startsWith("id: " + id + "\ndata: {");
    }
}
