package dev.caravan.http;

import dev.caravan.store.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** An answer that comes when there is a message for it, or without one when the time is over. */
final class LongPoll implements Pieces {

    private final Look look;
    private final Function<Look.Found, byte[]> answer;
    private final long until;
    private final Pending pending = new Pending();

    /** @param look which has found nothing just now */
    LongPoll(Look look, Duration time, Function<Look.Found, byte[]> answer) {
        this.look = look;
        this.answer = answer;
        this.until = System.nanoTime() + time.toNanos();
    }

    @Override
    public CompletionStage<Piece> next() throws StoreException {
        Look.Found found = look.look();
        long nanos = until - System.nanoTime();
        if (!found.messages().isEmpty() || nanos <= 0 || pending.isHurried()) {
            return CompletableFuture.completedStage(new Piece(answer.apply(found), true));
        }
        return pending.hold(look.await(nanos)).thenApply(woken -> Piece.NOTHING);
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
