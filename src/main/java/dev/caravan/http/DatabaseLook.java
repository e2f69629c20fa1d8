package dev.caravan.http;

import dev.caravan.export.PayloadFilter;
import dev.caravan.store.StoreException;
import dev.caravan.store.StoredMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Looks at all messages after an id, from the database up to the newest. */
final class DatabaseLook implements Look {

    private final MessageReader reader;
    private final @Nullable PayloadFilter filter;
    private final AnswerSize size;

    DatabaseLook(MessageReader reader, @Nullable PayloadFilter filter, AnswerSize size) {
        this.reader = reader;
        this.filter = filter;
        this.size = size;
    }

    @Override
    public Found look() throws StoreException {
        List<StoredMessage> found = new ArrayList<>();
        int fitting = 0;
        while (fitting == found.size()) {
            List<StoredMessage> page = reader.next();
            if (page.isEmpty()) {
                return new Found(found, false);
            }
            for (StoredMessage message : page) {
                if (filter == null || filter.matches(message.payload())) {
                    found.add(message);
                }
            }
            fitting = size.fitting(found);
        }
        return new Found(found.subList(0, fitting), true);
    }

    @Override
    public CompletableFuture<Boolean> await(long nanos) {
        return reader.await(nanos);
    }
}
