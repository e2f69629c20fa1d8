package dev.caravan.http;

import java.util.concurrent.CompletionStage;

/**
 * A body that comes by and by: too long to be held, or not there yet. It is asked for a piece only when the reader has
 * taken the one before, so a slow reader holds up nobody and nothing piles up. One caller at a time, except where it says
 * otherwise.
 */
interface Pieces {

    /**
     * The next piece. Called on a worker thread, so it may read the store; what has to wait for messages is given back as
     * a stage that completes later, and no thread waits for it. A failure breaks the answer off, for the reader to see.
     */
    CompletionStage<Piece> next() throws Exception;

    /** The reader is slow: what was read ahead may be given up and read again. */
    default void pause() {}

    /**
     * Wait no longer: a stage that waits completes with what there is, and what waits for messages only ends. Any thread,
     * at any time.
     */
    void hurry();

    /** The end of it, whoever brought it about; a stage that waits completes. Any thread, at any time, also twice. */
    default void close() {
        hurry();
    }
}
