package dev.caravan.http;

import java.util.concurrent.CompletionStage;

/**
 * What {@code HEAD} asks of a body that comes by and by: whether it can begin, so that a database that is away is told as to
 * {@code GET}. It makes one short look and waits for no message: a long poll and a stream of events end at once.
 */
final class HeadPieces implements Pieces {

    private final Pieces pieces;

    HeadPieces(Pieces pieces) {
        this.pieces = pieces;
    }

    @Override
    public CompletionStage<Piece> next() throws Exception {
        pieces.hurry();
        return pieces.next().thenApply(begun -> new Piece(new byte[0], true));
    }

    @Override
    public void hurry() {
        pieces.hurry();
    }

    @Override
    public void close() {
        pieces.close();
    }
}
