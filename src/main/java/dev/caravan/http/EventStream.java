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
 * as {@code data}. A comment goes out where nothing else has for a while, so that both ends notice a dead connection, and with it
 * how far the stream is.
 */
final class EventStream implements Pieces {

    static final String MEDIA_TYPE = "text/event-stream";
    static final String LAST_EVENT_ID = "Last-Event-ID";

    /** Browsers come back after so many milliseconds. */
    private static final String RETRY = "retry: 2000\n";

    private final MessageReader reader;
    private final @Nullable PayloadFilter filter;
    private final long heartbeatNanos;
    private final Pending pending = new Pending();
    private boolean begun;
    private long lastBytes = System.nanoTime();

    EventStream(MessageReader reader, @Nullable PayloadFilter filter, Duration heartbeat) {
        this.reader = reader;
        this.filter = filter;
        this.heartbeatNanos = heartbeat.toNanos();
    }

    @Override
    public CompletionStage<Piece> next() throws StoreException {
        if (!begun) {
            begun = true;
            return written(RETRY + position());
        }
        var messages = reader.next();
        byte[] events = events(messages);
        if (events.length > 0) {
            return written(events);
        }
        if (messages.isEmpty() && pending.isHurried()) {
            return CompletableFuture.completedStage(new Piece(new byte[0], true));
        }
        long left = heartbeatNanos - (System.nanoTime() - lastBytes);
        if (left <= 0) {
            return written(":\n" + position());
        }
        return messages.isEmpty()
                ? pending.hold(reader.await(left)).thenApply(woken -> Piece.NOTHING)
                : CompletableFuture.completedStage(Piece.NOTHING);
    }

    /**
     * An event without data: it only tells a browser from where to go on when it comes back, also before the first message
     * and where the filter lets none through.
     */
    private String position() {
        return "id: " + Math.max(0, reader.position()) + "\n\n";
    }

    private CompletionStage<Piece> written(String text) {
        return written(text.getBytes(StandardCharsets.US_ASCII));
    }

    private CompletionStage<Piece> written(byte[] bytes) {
        lastBytes = System.nanoTime();
        return CompletableFuture.completedStage(new Piece(bytes, false));
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
}
