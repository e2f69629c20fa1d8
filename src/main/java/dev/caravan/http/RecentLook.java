package dev.caravan.http;

import dev.caravan.export.PayloadFilter;
import dev.caravan.store.MessageStore;
import dev.caravan.store.StoredMessage;
import dev.caravan.topic.TopicFilter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Looks at the newest messages of each topic, those in memory. */
final class RecentLook implements Look {

    private final MessageStore store;
    private final LiveFeed feed;
    private final TopicFilter topics;
    private final @Nullable PayloadFilter filter;
    private final long after;
    private final AnswerSize size;
    private long lookedAt = Long.MIN_VALUE;

    RecentLook(
            MessageStore store,
            LiveFeed feed,
            TopicFilter topics,
            @Nullable PayloadFilter filter,
            long after,
            AnswerSize size) {
        this.store = store;
        this.feed = feed;
        this.topics = topics;
        this.filter = filter;
        this.after = after;
        this.size = size;
    }

    @Override
    public Found look() {
        // Before the look: what comes after it is waited for, though the look may see it too.
        lookedAt = feed.newest();
        List<StoredMessage> found = store.read(topics, after);
        PayloadFilter condition = filter;
        if (condition != null) {
            found = found.stream().filter(m -> condition.matches(m.payload())).toList();
        }
        int fitting = size.fitting(found);
        return new Found(found.subList(0, fitting), fitting < found.size());
    }

    @Override
    public CompletableFuture<Boolean> await(long nanos) {
        return feed.await(topics, lookedAt, nanos);
    }
}
