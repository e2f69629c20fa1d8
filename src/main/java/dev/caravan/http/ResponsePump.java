package dev.caravan.http;

import dev.caravan.store.StoreException;
import io.vertx.core.Context;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@link Pieces} to a response at the reader's pace. Where the pieces fail, the connection is cut: a reader must not
 * take half a body for a whole one; before the first byte the answer tells the failure instead. Everything but the asking runs on the connection's own event loop.
 */
final class ResponsePump {

    private static final Logger LOG = LoggerFactory.getLogger(ResponsePump.class);

    /** Of HTTP/2 (RFC 9113, 7); HTTP/1.1 closes the connection. */
    private static final long INTERNAL_ERROR = 2;

    private static final long NO_TIMER = -1;

    private final RoutingContext ctx;
    private final Context context;
    private final WorkerExecutor workers;
    private final HttpServerResponse response;
    private final Pieces pieces;
    private final long patienceMillis;
    private final Runnable done;
    private boolean paused;
    private long stuckTimer = NO_TIMER;
    private boolean over;

    /**
     * @param patience how long a reader may take nothing at all of what was written, before it is cut off
     * @param done called once, when the answer is over in any way
     */
    ResponsePump(RoutingContext ctx, WorkerExecutor workers, Pieces pieces, Duration patience, Runnable done) {
        this.ctx = ctx;
        this.context = ctx.vertx().getOrCreateContext();
        this.workers = workers;
        this.response = ctx.response();
        this.pieces = pieces;
        this.patienceMillis = patience.toMillis();
        this.done = done;
    }

    /** On the event loop, with status and headers set. */
    void start() {
        response.closeHandler(gone -> finish());
        response.exceptionHandler(failure -> finish());
        response.drainHandler(drained -> askAgain());
        if (response.closed()) {
            finish();
        } else {
            ask();
        }
    }

    /** See {@link Pieces#hurry}. Any thread. */
    void hurry() {
        pieces.hurry();
    }

    /** HTTP/2 tells of room also where nobody waits for it. */
    private void askAgain() {
        if (paused) {
            paused = false;
            context.owner().cancelTimer(stuckTimer);
            ask();
        }
    }

    /** Else readers that were suspended, or attackers, would hold their places for ever. */
    private void cutOff() {
        if (!over) {
            LOG.warn("A reader that has taken nothing for {} ms was cut off", patienceMillis);
            finish();
            response.reset(INTERNAL_ERROR);
        }
    }

    private void ask() {
        if (over) {
            return;
        }
        workers.<CompletionStage<Piece>>executeBlocking(pieces::next, false).onComplete(asked -> {
            if (asked.failed()) {
                fail(asked.cause());
            } else {
                asked.result().whenComplete((piece, failure) -> context.runOnContext(here -> take(piece, failure)));
            }
        });
    }

    private void take(@Nullable Piece piece, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        if (piece == null) {
            fail(failure);
        } else if (piece.last()) {
            response.end(Buffer.buffer(piece.bytes()));
            finish();
        } else if (piece.bytes().length == 0) {
            ask();
        } else {
            if (!response.headWritten()) {
                response.setChunked(true);
            }
            response.write(Buffer.buffer(piece.bytes()));
            if (response.writeQueueFull()) {
                paused = true;
                stuckTimer = context.owner().setTimer(patienceMillis, stuck -> cutOff());
                pieces.pause();
            } else {
                ask();
            }
        }
    }

    private void fail(@Nullable Throwable failure) {
        if (over) {
            return;
        }
        finish();
        if (response.headWritten()) {
            LOG.atError()
                    .setCause(failure)
                    .log("An answer broke off; its reader was cut off, to see that it is not whole");
            response.reset(INTERNAL_ERROR);
            return;
        }
        LOG.atError().setCause(failure).log("A request failed");
        boolean store = failure instanceof StoreException;
        response.headers().remove("Content-Disposition");
        response.putHeader("Content-Type", JsonAnswer.MEDIA_TYPE).setStatusCode(store ? 503 : 500);
        AnswerBody.end(ctx, Buffer.buffer(JsonAnswer.error(store ? Answering.NO_STORE : Answering.INTERNAL)));
    }

    private void finish() {
        if (!over) {
            over = true;
            context.owner().cancelTimer(stuckTimer);
            pieces.close();
            done.run();
        }
    }
}
