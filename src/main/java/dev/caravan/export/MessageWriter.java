package dev.caravan.export;

import dev.caravan.store.StoredMessage;
import java.io.IOException;

/** Writes messages in one format, one after the other. For one export and one thread at a time. */
interface MessageWriter {

    /** What comes before the first message. */
    void begin() throws IOException;

    void write(StoredMessage message) throws IOException;

    /**
     * What comes after the last message.
     *
     * @param truncated whether the limit was reached, so that more may match
     */
    void end(boolean truncated) throws IOException;

    /** Brings everything written so far to the stream. */
    void flush() throws IOException;
}
