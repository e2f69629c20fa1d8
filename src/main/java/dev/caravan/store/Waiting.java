package dev.caravan.store;

import dev.caravan.store.Topics.Topic;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to the database.
 *
 * @param message the message
 * @param topic its topic
 * @param sourceId what its broker tells it by, or null
 * @param since when it came, by {@link System#nanoTime}
 * @param kept completes when the database has it
 */
record Waiting(
        StoredMessage message, Topic topic, @Nullable String sourceId, long since, CompletableFuture<Void> kept) {

    /** Memory it takes, estimated. */
    long bytes() {
        return message.bytes();
    }
}
