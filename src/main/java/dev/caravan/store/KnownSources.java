package dev.caravan.store;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The source ids of the newest messages, so that one which is delivered again is known. So many are kept; a broker has
 * no more than its window of unacknowledged messages to deliver again. Not thread-safe.
 */
final class KnownSources {

    private final Map<String, CompletableFuture<Void>> kept;

    KnownSources(int limit) {
        this.kept = new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, CompletableFuture<Void>> eldest) {
                return size() > limit;
            }
        };
    }

    /** When the message is, or was, kept; null where it is not known. */
    @Nullable
    CompletableFuture<Void> get(String sourceId) {
        return kept.get(sourceId);
    }

    void put(String sourceId, CompletableFuture<Void> done) {
        kept.put(sourceId, done);
    }
}
