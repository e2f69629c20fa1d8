package dev.caravan.http;

import io.vertx.core.AsyncResult;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.MessageHelper;
import org.apache.camel.support.ObjectHelper;
import org.apache.camel.support.http.HttpUtil;
import org.apache.camel.util.IOHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a request through its route as Camel's own consumer does, and writes the answer itself. Camel 4.17's writer reads a
 * stream on a thread for each reader, lets a stream whose reader has gone stand open for ever, and leaves the reader waiting
 * when a stream fails ({@code VertxPlatformHttpSupport.writeResponse}); none of it can be replaced alone.
 *
 * <p>The exchange is over when the route is done; a body that comes by and by ({@link Pieces}) goes on after it, so that
 * readers who wait hold up neither an edit of the route nor the end of the program.
 */
final class StreamingConsumer extends VertxPlatformHttpConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(StreamingConsumer.class);

    private final OpenAnswers open;
    private final WorkerExecutor workers;
    private final Duration patience;
    private final Set<ResponsePump> pumps = ConcurrentHashMap.newKeySet();

    StreamingConsumer(
            PlatformHttpEndpoint endpoint,
            Processor processor,
            List<Handler<RoutingContext>> handlers,
            String router,
            OpenAnswers open,
            WorkerExecutor workers,
            Duration patience) {
        super(endpoint, processor, handlers, router);
        this.open = open;
        this.workers = workers;
        this.patience = patience;
    }

    /** {@code HEAD} is answered wherever {@code GET} is (RFC 9110, 9.1); the route sees which of them it is. */
    @Override
    protected void doInit() throws Exception {
        String methods = getEndpoint().getHttpMethodRestrict();
        if (methods != null) {
            List<String> taken = List.of(methods.toUpperCase(Locale.ROOT).split("[,\\s]+"));
            if (taken.contains("GET") && !taken.contains("HEAD")) {
                getEndpoint().setHttpMethodRestrict(methods + ",HEAD");
            }
        }
        super.doInit();
    }

    @Override
    protected void handleRequest(RoutingContext ctx) {
        if (isSuspended()) {
            ctx.fail(503);
            return;
        }
        Vertx vertx = ctx.vertx();
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        processHttpRequest(exchange, ctx).onComplete(read -> {
            if (read.failed()) {
                finish(exchange, ctx, read);
                return;
            }
            takeFromHeadersOnly(exchange.getMessage(), ctx.request().headers());
            vertx.executeBlocking(() -> process(exchange), false).onComplete(processed -> {
                if (processed.succeeded() && !ctx.response().ended()) {
                    try {
                        if (answer(exchange, ctx)) {
                            return;
                        }
                    } catch (RuntimeException e) {
                        LOG.atError()
                                .addKeyValue("routeId", getRouteId())
                                .setCause(e)
                                .log("An answer could not be written");
                        ctx.fail(500);
                    }
                }
                finish(exchange, ctx, processed);
            });
        });
    }

    /**
     * Camel mixes parameters of the query into the headers. These decide whether an answer stays open, and the guard has
     * looked at the request's own.
     */
    private static void takeFromHeadersOnly(Message message, MultiMap headers) {
        for (String name : List.of("Accept", EventStream.LAST_EVENT_ID)) {
            message.removeHeader(name);
            if (headers.contains(name)) {
                message.setHeader(name, String.join(", ", headers.getAll(name)));
            }
        }
    }

    private Void process(Exchange exchange) throws Exception {
        createUoW(exchange);
        getProcessor().process(exchange);
        // Here, on a worker, as it may read: the event loop must not.
        Message message = exchange.getMessage();
        if (!isWritable(message.getBody()) && exchange.getException() == null) {
            message.setBody(message.getMandatoryBody(InputStream.class));
        }
        return null;
    }

    private void finish(Exchange exchange, RoutingContext ctx, AsyncResult<Void> result) {
        if (result.failed()) {
            getExceptionHandler()
                    .handleException(
                            "Failed handling platform-http endpoint "
                                    + getEndpoint().getPath(),
                            result.cause());
            ctx.fail(result.cause());
        }
        finish(exchange);
    }

    private void finish(Exchange exchange) {
        doneUoW(exchange);
        releaseExchange(exchange, false);
    }

    private static boolean isWritable(Object body) {
        return body == null
                || body instanceof InputStream
                || body instanceof ByteBuffer
                || body instanceof Buffer
                || body instanceof byte[]
                || body instanceof String;
    }

    /** @return whether the exchange has to go on until the answer is written, and is finished then */
    private boolean answer(Exchange exchange, RoutingContext ctx) {
        Message message = exchange.getMessage();
        HttpServerResponse response = ctx.response();
        if (exchange.getException() != null) {
            // What failed is in the log, where the route's error handler put it.
            response.setStatusCode(500).putHeader("Content-Type", JsonAnswer.MEDIA_TYPE);
            AnswerBody.end(ctx, Buffer.buffer(JsonAnswer.error(Answering.INTERNAL)));
            return false;
        }
        Object body = message.getBody();
        if (body instanceof InputStream stream) {
            if (stream instanceof PiecesBody known) {
                Pieces pieces = AnswerBody.isWanted(ctx) ? known.pieces() : new HeadPieces(known.pieces());
                stream(exchange, ctx, pieces, () -> {});
                return false;
            }
            if (!AnswerBody.isWanted(ctx)) {
                IOHelper.close(stream);
                writeHead(exchange, ctx);
                response.end();
                return false;
            }
            // With the end of the exchange Camel takes away the file in which it may have put the stream.
            stream(exchange, ctx, new InputPieces(stream), () -> finish(exchange));
            return true;
        }
        writeHead(exchange, ctx);
        if (body == null) {
            response.end();
            return false;
        }
        AnswerBody.end(ctx, bytes(body));
        return false;
    }

    private static Buffer bytes(Object body) {
        if (body instanceof String text) {
            return Buffer.buffer(text.getBytes(StandardCharsets.UTF_8));
        } else if (body instanceof byte[] bytes) {
            return Buffer.buffer(bytes);
        } else if (body instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return Buffer.buffer(bytes);
        }
        return (Buffer) body;
    }

    private void stream(Exchange exchange, RoutingContext ctx, Pieces pieces, Runnable written) {
        HttpServerResponse response = ctx.response();
        if (!open.enter()) {
            pieces.close();
            written.run();
            response.setStatusCode(503)
                    .putHeader("Content-Type", JsonAnswer.MEDIA_TYPE)
                    .putHeader("Retry-After", "5");
            AnswerBody.end(
                    ctx,
                    Buffer.buffer(JsonAnswer.error(
                            "Too many readers wait or read on already; http.max-open-answers says how many may")));
            return;
        }
        writeHead(exchange, ctx);
        Runnable[] removal = new Runnable[1];
        ResponsePump pump = new ResponsePump(ctx, workers, pieces, patience, () -> {
            open.leave();
            removal[0].run();
            written.run();
        });
        removal[0] = () -> pumps.remove(pump);
        pumps.add(pump);
        pump.start();
        if (isStopping() || isStopped() || isSuspendingOrSuspended()) {
            pump.hurry();
        }
    }

    private void writeHead(Exchange exchange, RoutingContext ctx) {
        Message message = exchange.getMessage();
        HttpServerResponse response = ctx.response();
        response.setStatusCode(HttpUtil.determineResponseCode(exchange, message.getBody()));
        HeaderFilterStrategy filter = getEndpoint().getHeaderFilterStrategy();
        for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
            if (ctx.pathParams().containsKey(header.getKey())) {
                continue;
            }
            HttpUtil.applyHeader(
                    filter,
                    exchange,
                    ObjectHelper.createIterator(header.getValue(), null, true),
                    exchange.getContext().getTypeConverter(),
                    header.getKey(),
                    (values, first) -> {
                        if (values != null) {
                            response.putHeader(header.getKey(), values);
                        } else if (first != null) {
                            response.putHeader(header.getKey(), first);
                        }
                    });
        }
        String type = MessageHelper.getContentType(message);
        if (type != null) {
            response.putHeader("Content-Type", type);
        }
    }

    @Override
    protected void doSuspend() throws Exception {
        super.doSuspend();
        hurry();
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        hurry();
    }

    private void hurry() {
        pumps.forEach(ResponsePump::hurry);
    }
}
