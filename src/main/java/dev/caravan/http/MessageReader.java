package dev.caravan.http;

import dev.caravan.store.MessageQuery;
import dev.caravan.store.MessageStore;
import dev.caravan.store.StoreException;
import dev.caravan.store.StoredMessage;
import dev.caravan.topic.TopicFilter;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * One reader's place in all messages that match a filter, oldest first, from the database up to the live end without gap or
 * repetition. It holds no messages: what is in the {@link LiveFeed} comes from there, everything else page by page from the
 * database. One thread at a time.
 */
final class MessageReader {

    private static final int PAGE = 100;

    private final MessageStore store;
    private final LiveFeed feed;
    private final TopicFilter topics;
    private long position;

    /** @param afterId only messages with a greater id */
    MessageReader(MessageStore store, LiveFeed feed, TopicFilter topics, long afterId) {
        this.store = store;
        this.feed = feed;
        this.topics = topics;
        this.position = afterId;
    }

    /**
     * Up to {@value #PAGE} messages after those it gave before; none where there is no more at the moment. Reads the
     * database, so not for an event loop.
     */
    List<StoredMessage> next() throws StoreException {
        while (true) {
            LiveFeed.Reading live = feed.read(topics, position, PAGE);
            if (live != null) {
                position = Math.max(position, live.upTo());
                return live.messages();
            }
            // Before the database is asked: it has all that is older, or has it waiting to be written.
            long floor = feed.floor();
            List<StoredMessage> page = store.query(
                            new MessageQuery(topics, Long.MIN_VALUE, Long.MAX_VALUE, position, PAGE))
                    .next();
            if (!page.isEmpty()) {
                position = page.get(page.size() - 1).id();
                return page;
            }
            position = Math.max(position, floor);
        }
    }

    /** There is no message up to this id that it did not give. {@link Long#MIN_VALUE} before the first of a new store. */
    long position() {
        return position;
    }

    /**
     * After {@link #next} gave nothing: completes with true when it may give something, with false when the time is over.
     * Nothing that comes between the two is missed.
     */
    CompletableFuture<Boolean> await(long nanos) {
        return feed.await(topics, position, nanos);
    }
}
