package dev.caravan.store;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The messages of a query, page by page. Holds nothing between two pages: no connection, no transaction, no thread. So it
 * needs no closing, and messages that are deleted meanwhile are left out. For one thread at a time.
 */
public final class MessagePages {

    static final int MAX_MESSAGES = 1_000;
    static final long MAX_BYTES = 4L << 20;

    /** Reads the next page. */
    interface Source {
        List<StoredMessage> next() throws StoreException;
    }

    private final Source source;
    private boolean ended;

    MessagePages(Source source) {
        this.source = source;
    }

    /** The pages of messages that are all in memory. */
    static MessagePages of(List<StoredMessage> messages) {
        Iterator<StoredMessage> left = messages.iterator();
        return new MessagePages(() -> {
            List<StoredMessage> page = new ArrayList<>();
            long bytes = 0;
            while (left.hasNext() && page.size() < MAX_MESSAGES && bytes < MAX_BYTES) {
                StoredMessage message = left.next();
                page.add(message);
                bytes += message.bytes();
            }
            return page;
        });
    }

    /**
     * The next messages, oldest first: at most 1,000 and about 4 MB, but at least one. An empty list is the end.
     *
     * @throws StoreException where the database cannot be read; the same page can be asked for again
     */
    public List<StoredMessage> next() throws StoreException {
        if (ended) {
            return List.of();
        }
        List<StoredMessage> page = source.next();
        ended = page.isEmpty();
        return page;
    }
}
