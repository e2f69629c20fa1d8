package dev.caravan.http;

import dev.caravan.store.StoredMessage;
import java.util.List;

/**
 * How many messages one answer takes that is held in memory.
 *
 * @param messages at most
 */
record AnswerSize(int messages) {

    static final int MAX_LIMIT = 100_000;

    private static final long MAX_PAYLOAD_BYTES = 16L << 20;

    /** How many of the first ones fit; at least one, so that a reader always gets on. */
    int fitting(List<StoredMessage> found) {
        long bytes = 0;
        int count = 0;
        for (StoredMessage message : found) {
            bytes += message.payload().length;
            if (count >= messages || (count > 0 && bytes > MAX_PAYLOAD_BYTES)) {
                break;
            }
            count++;
        }
        return count;
    }
}
