package dev.caravan.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream that a route gave as its body, for example a file's. */
final class InputPieces implements Pieces {

    private static final Logger LOG = LoggerFactory.getLogger(InputPieces.class);
    private static final int BYTES = 16 * 1024;

    private final InputStream in;

    InputPieces(InputStream in) {
        this.in = in;
    }

    @Override
    public CompletionStage<Piece> next() throws IOException {
        byte[] bytes = in.readNBytes(BYTES);
        return CompletableFuture.completedStage(new Piece(bytes, bytes.length < BYTES));
    }

    @Override
    public void hurry() {
        // It waits for no message.
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            LOG.debug("A body was not closed cleanly", e);
        }
    }
}
