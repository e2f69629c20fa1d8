package dev.caravan.http;

import dev.caravan.export.MessageJson;
import dev.caravan.export.PayloadFilter;
import dev.caravan.store.StoreException;
import dev.caravan.store.StoredMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Messages as server-sent events (HTML Living Standard, 9.2): the message's id as {@code id}, the message as one line of JSON
 * as {@code data}. A comment goes out where nothing else has for a while, so that both ends notice a dead connection.
 */
final class EventStream implements Pieces {

    static final String MEDIA_TYPE = "text/event-stream";

    /** Browsers come back after so many milliseconds. */
    private static final byte[] BEGIN = "retry: 2000\n\n".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] HEARTBEAT = ":\n\n".getBytes(StandardCharsets.US_ASCII);

    private final MessageReader reader;
    private final @Nullable PayloadFilter filter;
    private final long heartbeatNanos;
    private final Pending pending = new Pending();
    private boolean begun;

    EventStream(MessageReader reader, @Nullable PayloadFilter filter, Duration heartbeat) {
        this.reader = reader;
        this.filter = filter;
        this.heartbeatNanos = heartbeat.toNanos();
    }

    @Override
    public CompletionStage<Piece> next() throws StoreException {
        if (!begun) {
            begun = true;
            return CompletableFuture.completedStage(new Piece(BEGIN, false));
        }
        var messages = reader.next();
        if (!messages.isEmpty()) {
            return CompletableFuture.completedStage(new Piece(events(messages), false));
        }
        if (pending.isHurried()) {
            return CompletableFuture.completedStage(new Piece(new byte[0], true));
        }
        return pending.hold(reader.await(heartbeatNanos))
                .thenApply(woken -> woken || pending.isHurried() ? Piece.NOTHING : new Piece(HEARTBEAT, false));
    }

    private byte[] events(Iterable<StoredMessage> messages) {
        ByteArrayOutputStream events = new ByteArrayOutputStream();
        for (StoredMessage message : messages) {
            if (filter == null || filter.matches(message.payload())) {
                byte[] json = JsonAnswer.object(fields -> MessageJson.writeAll(fields, message));
                try {
                    events.write(("id: " + message.id() + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
                    events.write(json); // One line: see PayloadJson.
                    events.write("\n\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            }
        }
        return events.toByteArray();
    }

    @Override
    public void hurry() {
        pending.hurry();
    }

    @Override
    public void close() {
        pending.hurry();
    }
}
