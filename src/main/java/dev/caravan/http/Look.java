package dev.caravan.http;

import dev.caravan.store.StoreException;
import dev.caravan.store.StoredMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Where the messages of one {@code GET /subscribe} come from. One thread at a time. */
interface Look {

    /**
     * What one answer gives.
     *
     * @param truncated whether there are more
     */
    record Found(List<StoredMessage> messages, boolean truncated) {}

    /** The messages there are now, oldest first, as many as fit an answer. */
    Found look() throws StoreException;

    /**
     * After a look that found nothing: completes with true when another may find something, with false when the time is
     * over. Nothing that comes between the two is missed.
     */
    CompletableFuture<Boolean> await(long nanos);
}
