package dev.caravan.export;

import dev.caravan.store.MessagePages;
import dev.caravan.store.MessageQuery;
import dev.caravan.store.StoreException;
import dev.caravan.store.StoredMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One export on its way, piece by piece. It holds a page of messages and a piece of some ten kilobytes, and nothing in the
 * database between two pieces. For one thread at a time; needs no closing.
 */
public final class MessageExport {

    /** A piece is given out once it is so large; one message may make it larger. */
    private static final int PIECE_BYTES = 64 * 1024;

    private final Function<MessageQuery, MessagePages> store;
    private final ExportQuery query;
    private final ByteArrayOutputStream piece = new ByteArrayOutputStream(PIECE_BYTES + 8 * 1024);
    private final MessageWriter writer;

    private @Nullable MessagePages pages;
    private Iterator<StoredMessage> page = List.<StoredMessage>of().iterator();
    private boolean begun;
    private boolean ended;
    private long lastId = Long.MIN_VALUE;
    private long written;

    /** @param store reads messages page by page, as {@code MessageStore::query} does */
    public MessageExport(Function<MessageQuery, MessagePages> store, ExportQuery query) {
        this.store = store;
        this.query = query;
        try {
            this.writer = switch (query.format()) {
                case JSON -> new JsonWriter(piece, query.topics().value());
                case NDJSON -> new NdjsonWriter(piece);
                case CSV -> new CsvWriter(piece, query.columns(), query.raw());
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Of a stream in memory.
        }
    }

    /**
     * The next piece; empty where the messages that were looked at do not match the filter. At most one page of messages
     * is read for it.
     *
     * @throws StoreException where the store cannot be read; the export is over then, and not complete
     */
    public byte[] next() throws StoreException {
        piece.reset();
        try {
            if (!begun) {
                begun = true;
                writer.begin();
            }
            if (!page.hasNext()) {
                read();
            }
            while (page.hasNext() && !ended && piece.size() < PIECE_BYTES) {
                write(page.next());
                writer.flush();
            }
            writer.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return piece.toByteArray();
    }

    private void read() throws StoreException, IOException {
        MessagePages source = pages;
        if (source == null) {
            source = store.apply(new MessageQuery(query.topics(), query.from(), query.to(), lastId, limitOfStore()));
            pages = source;
        }
        List<StoredMessage> messages = source.next();
        if (messages.isEmpty()) {
            ended = true;
            writer.end(false);
        }
        page = messages.iterator();
    }

    /** One more than asked for, so that it shows whether there are more. A filter decides only here. */
    private long limitOfStore() {
        return query.filter() == null ? query.limit() - written + 1 : ExportQuery.MAX_LIMIT;
    }

    private void write(StoredMessage message) throws IOException {
        PayloadFilter filter = query.filter();
        lastId = message.id();
        if (filter != null && !filter.matches(message.payload())) {
            return;
        }
        if (written == query.limit()) {
            ended = true;
            writer.end(true);
            return;
        }
        writer.write(message);
        written++;
    }

    /** Gives the messages back that were read ahead; they are read again when the export goes on. */
    public void forgetPage() {
        page = List.<StoredMessage>of().iterator();
        pages = null;
    }

    /** Whether {@link #next} has given the last piece. */
    public boolean isEnded() {
        return ended;
    }

    /** How many messages were written. */
    public long written() {
        return written;
    }

    /** The id of the message looked at last, {@link Long#MIN_VALUE} before the first. */
    public long lastId() {
        return lastId;
    }
}
