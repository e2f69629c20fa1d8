package dev.caravan.http;

import dev.caravan.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * An answer that comes when all that there is was looked at, and, where its reader waits, when there is a message for it or
 * the time is over. A long look is made in short ones, so that it ends with its reader and others have their turn.
 */
final class LongPoll implements Pieces {

    private final Look look;
    private final Function<Look.Found, byte[]> answer;
    private final boolean waits;
    private final long until;
    private final Pending pending = new Pending();

    /**
     * @param waits whether to wait where there is nothing yet
     * @param time for all of it; the first look is made in any case
     */
    LongPoll(Look look, boolean waits, Duration time, Function<Look.Found, byte[]> answer) {
        this.look = look;
        this.answer = answer;
        this.waits = waits;
        this.until = System.nanoTime() + time.toNanos();
    }

    @Override
    public CompletionStage<Piece> next() throws StoreException {
        boolean done = look.look();
        long nanos = until - System.nanoTime();
        if (!done && nanos > 0) {
            return CompletableFuture.completedStage(Piece.NOTHING);
        }
        Look.Found found = look.found();
        if (!found.messages().isEmpty() || !waits || nanos <= 0 || pending.isHurried()) {
            return CompletableFuture.completedStage(new Piece(answer.apply(found), true));
        }
        return pending.hold(look.await(nanos)).thenApply(woken -> Piece.NOTHING);
    }

    @Override
    public void hurry() {
        pending.hurry();
    }
}
