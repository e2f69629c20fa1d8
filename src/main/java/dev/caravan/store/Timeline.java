package dev.caravan.store;

import org.jspecify.annotations.Nullable;

/**
 * The messages of all topics in the order of time, so that the oldest of all is found, and any of them removed, at once.
 * Not thread-safe: {@link RecentMessages} holds its lock around every call.
 */
final class Timeline {

    private @Nullable Entry oldest;
    private @Nullable Entry newest;
    private long count;
    private long bytes;

    @Nullable
    Entry oldest() {
        return oldest;
    }

    @Nullable
    Entry newest() {
        return newest;
    }

    long count() {
        return count;
    }

    /** Estimated memory of the messages. */
    long bytes() {
        return bytes;
    }

    void add(Entry entry) {
        entry.older = newest;
        if (newest == null) {
            oldest = entry;
        } else {
            newest.newer = entry;
        }
        newest = entry;
        count++;
        bytes += entry.cost;
    }

    void remove(Entry entry) {
        if (entry.older == null) {
            oldest = entry.newer;
        } else {
            entry.older.newer = entry.newer;
        }
        if (entry.newer == null) {
            newest = entry.older;
        } else {
            entry.newer.older = entry.older;
        }
        count--;
        bytes -= entry.cost;
    }

    /** The place of one message. */
    static final class Entry {
        final StoredMessage message;
        final TopicLog log;
        final long cost;
        private @Nullable Entry older;
        private @Nullable Entry newer;

        Entry(StoredMessage message, TopicLog log, long cost) {
            this.message = message;
            this.log = log;
            this.cost = cost;
        }
    }
}
