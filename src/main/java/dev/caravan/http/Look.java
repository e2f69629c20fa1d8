package dev.caravan.http;

import dev.caravan.store.StoreException;
import dev.caravan.store.StoredMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where the messages of one {@code GET /subscribe} come from. One thread at a time. */
interface Look {

    /**
     * What one answer gives.
     *
     * @param truncated whether there may be more
     * @param lastId how far was looked: everything up to this id is here or does not match; null where ids are not told
     */
    record Found(
            List<StoredMessage> messages,
            boolean truncated,
            @Nullable Long lastId) {}

    /**
     * Looks on for a short time, as one read of the store takes.
     *
     * @return whether it is done: it has what fits an answer, or has come to the newest message
     */
    boolean look() throws StoreException;

    /** What all looks since the last {@link #await} have found, oldest first. */
    Found found();

    /**
     * After a look that is done and found nothing: completes with true when another may find something, with false when the
     * time is over. Nothing that comes between the two is missed.
     */
    CompletableFuture<Boolean> await(long nanos);
}
