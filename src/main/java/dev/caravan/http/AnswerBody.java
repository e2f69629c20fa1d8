package dev.caravan.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** The body of an answer that is known as a whole, which {@code HEAD} does not get (RFC 9110, 9.3.2). */
final class AnswerBody {

    private static final int NO_CONTENT = 204;

    private AnswerBody() {}

    static boolean isWanted(RoutingContext ctx) {
        return ctx.request().method() != HttpMethod.HEAD;
    }

    /** Ends the answer, whose status and headers are set; with the length that {@code GET} gives also for {@code HEAD}. */
    static void end(RoutingContext ctx, Buffer body) {
        HttpServerResponse response = ctx.response();
        if (isWanted(ctx)) {
            response.end(body);
            return;
        }
        if (response.getStatusCode() != NO_CONTENT) {
            response.putHeader("Content-Length", String.valueOf(body.length()));
        }
        response.end();
    }
}
