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
    private final int limit;
    private long lookedAt = Long.MIN_VALUE;
    private Found found = new Found(List.of(), false, null);

    RecentLook(
            MessageStore store,
            LiveFeed feed,
            TopicFilter topics,
            @Nullable PayloadFilter filter,
            long after,
            int limit) {
        this.store = store;
        this.feed = feed;
        this.topics = topics;
        this.filter = filter;
        this.after = after;
        this.limit = limit;
    }

    @Override
    public boolean look() {
        // Before the look: what comes after it is waited for, though the look may see it too.
        lookedAt = feed.newest();
        AnswerSize answer = new AnswerSize(limit);
        boolean truncated = false;
        for (StoredMessage message : store.read(topics, after)) {
            if ((filter == null || filter.matches(message.payload())) && !answer.add(message)) {
                truncated = true;
                break;
            }
        }
        found = new Found(answer.messages(), truncated, null);
        return true;
    }

    @Override
    public Found found() {
        return found;
    }

    @Override
    public CompletableFuture<Boolean> await(long nanos) {
        return feed.await(topics, lookedAt, nanos);
    }
}
