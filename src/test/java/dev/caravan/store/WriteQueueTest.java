package dev.caravan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WriteQueueTest {

    private static final Work.Step NOTHING = connection -> {};

    private final Topics topics = new Topics();
    private final WriteQueue queue = new WriteQueue(1_000, 10_000);

    @Test
    void workWaitsForTheMessagesThatCameBeforeIt() throws Exception {
        queue.add(waiting(1, 0));
        var first = queue.add(NOTHING);
        queue.add(waiting(2, 0));
        queue.add(waiting(3, 0));
        var second = queue.add(NOTHING);

        WriteQueue.Batch batch = queue.next(2, 1_000_000, 0);
        assertThat(ids(batch)).containsExactly(1L, 2L);
        assertThat(batch.work()).extracting(Work::done).containsExactly(first);
        queue.remove(batch);

        batch = queue.next(2, 1_000_000, 0);
        assertThat(ids(batch)).containsExactly(3L);
        assertThat(batch.work()).extracting(Work::done).containsExactly(second);
        queue.remove(batch);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void whoeverBringsMoreThanTheMemoryForItWaitsUntilTheQueueCloses() {
        queue.awaitRoom();
        queue.add(waiting(1, 10_000));

        CompletableFuture<Void> room = CompletableFuture.runAsync(queue::awaitRoom);
        assertThat(room).isNotDone();
        queue.close();

        assertThatThrownBy(() -> room.get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(RejectedExecutionException.class);
    }

    private static List<Long> ids(WriteQueue.Batch batch) {
        return batch.messages().stream().map(w -> w.message().id()).toList();
    }

    private Waiting waiting(long id, int propertyLength) {
        StoredMessage message = new StoredMessage(
                id, "a", new byte[0], id, "p", 1, false, null, List.of(Map.entry("name", "x".repeat(propertyLength))));
        return new Waiting(message, topics.enter("a"), null, 0, new CompletableFuture<>());
    }
}
