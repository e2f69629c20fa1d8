package dev.caravan.http;

import io.vertx.core.WorkerExecutor;
import java.time.Duration;
import java.util.List;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/** Camel's engine behind {@code platform-http:}, with {@link StreamingConsumer} in place of its consumer. */
final class StreamingEngine extends VertxPlatformHttpEngine {

    private final OpenAnswers open;
    private final WorkerExecutor workers;
    private final Duration patience;

    StreamingEngine(OpenAnswers open, WorkerExecutor workers, Duration patience) {
        this.open = open;
        this.workers = workers;
        this.patience = patience;
    }

    @Override
    public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
        return new StreamingConsumer(
                endpoint,
                processor,
                List.of(),
                VertxPlatformHttpRouter.getRouterNameFromPort(getServerPort()),
                open,
                workers,
                patience);
    }
}
