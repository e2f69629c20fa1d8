package dev.caravan.http;

import dev.caravan.export.MessageExport;
import dev.caravan.store.StoreException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An export as the body of an answer. */
final class HistoryPieces implements Pieces {

    private final MessageExport export;

    HistoryPieces(MessageExport export) {
        this.export = export;
    }

    @Override
    public CompletionStage<Piece> next() throws StoreException {
        byte[] bytes = export.next();
        return CompletableFuture.completedStage(new Piece(bytes, export.isEnded()));
    }

    @Override
    public void pause() {
        export.forgetPage();
    }

    @Override
    public void hurry() {
        // It waits for no message, and an end before its time would look like all there is.
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
