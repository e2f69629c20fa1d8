package dev.caravan.http;

import dev.caravan.export.PayloadFilter;
import dev.caravan.store.StoreException;
import dev.caravan.store.StoredMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Looks at all messages after an id, from the database up to the newest, a page at a time. */
final class DatabaseLook implements Look {

    private final MessageReader reader;
    private final @Nullable PayloadFilter filter;
    private final AnswerSize answer;
    private long lookedAt;
    private boolean truncated;

    DatabaseLook(MessageReader reader, @Nullable PayloadFilter filter, int limit) {
        this.reader = reader;
        this.filter = filter;
        this.answer = new AnswerSize(limit);
        this.lookedAt = reader.position();
    }

    @Override
    public boolean look() throws StoreException {
        truncated = true;
        List<StoredMessage> page = reader.next();
        for (StoredMessage message : page) {
            boolean wanted = filter == null || filter.matches(message.payload());
            if (answer.isFull() || (wanted && !answer.add(message))) {
                return true;
            }
            lookedAt = message.id();
        }
        lookedAt = reader.position();
        truncated = !page.isEmpty();
        return !truncated;
    }

    @Override
    public Found found() {
        // Nothing that somebody could acknowledge is below 0.
        return new Found(answer.messages(), truncated, lookedAt < 0 ? null : lookedAt);
    }

    @Override
    public CompletableFuture<Boolean> await(long nanos) {
        return reader.await(nanos);
    }
}
