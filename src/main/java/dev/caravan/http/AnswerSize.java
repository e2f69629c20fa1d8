package dev.caravan.http;

import dev.caravan.store.StoredMessage;
import java.util.ArrayList;
import java.util.List;

/** The messages of one answer that is held in memory: as many as may be, and at least one, so that a reader always gets on. */
final class AnswerSize {

    static final int MAX_LIMIT = 100_000;
    private static final long MAX_BYTES = 16L << 20;

    private final int limit;
    private final List<StoredMessage> messages = new ArrayList<>();
    private long bytes;

    /** @param limit how many at most */
    AnswerSize(int limit) {
        this.limit = limit;
    }

    /** @return false where there is no room for it */
    boolean add(StoredMessage message) {
        long more = message.bytes();
        if (messages.size() >= limit || (!messages.isEmpty() && bytes + more > MAX_BYTES)) {
            return false;
        }
        bytes += more;
        return messages.add(message);
    }

    boolean isFull() {
        return messages.size() >= limit;
    }

    /** What was added. */
    List<StoredMessage> messages() {
        return messages;
    }
}
