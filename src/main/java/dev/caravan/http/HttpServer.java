package dev.caravan.http;

import dev.caravan.settings.HostRule;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.PlatformHttpComponent;
import org.apache.camel.component.platform.http.main.MainHttpServer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server behind the routes' {@code platform-http:} endpoints, with the guard and the page in place. Start it
 * after the Camel context and before the routes; it stops with the context.
 */
public final class HttpServer {

    /** Each waiting publisher holds a thread until the broker answers; readers must still find one. */
    private static final int WORKERS = 64;

    /** Threads that read the store for those who read on; nobody holds one while it waits. */
    private static final int READING_WORKERS = 8;

    /** How long a reader may take nothing of a long answer. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final int port;

    private HttpServer(int port) {
        this.port = port;
    }

    /**
     * Listens.
     *
     * @throws IOException where it cannot, with address and reason
     */
    public static HttpServer start(CamelContext context, HttpServerSettings settings) throws IOException {
        return start(context, settings, PATIENCE);
    }

    /** @param patience how long a reader may take nothing of a long answer */
    static HttpServer start(CamelContext context, HttpServerSettings settings, Duration patience) throws IOException {
        InetAddress address;
        try {
            address = InetAddress.getByName(settings.host());
        } catch (IOException e) {
            throw cannotListen(settings, "unknown host", e);
        }
        // Camel logs a failed listen and goes on; this finds the reason first.
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(address, settings.port()));
        } catch (IOException e) {
            throw cannotListen(settings, String.valueOf(e.getMessage()), e);
        }
        context.getRegistry()
                .bind(
                        "caravanVertxOptions",
                        new VertxOptions()
                                .setWorkerPoolSize(WORKERS)
                                // Nothing is served from files, so no cache folder in the temporary directory either.
                                .setFileSystemOptions(new FileSystemOptions()
                                        .setFileCachingEnabled(false)
                                        .setClassPathResolvingEnabled(false)));
        MainHttpServer server = new MainHttpServer();
        server.setCamelContext(context);
        server.setHost(settings.host());
        server.setPort(settings.port());
        server.setPath("/");
        server.setMaxBodySize(settings.maxBodyBytes());
        server.setFileUploadEnabled(false);
        server.setStaticEnabled(false);
        server.start();

        VertxPlatformHttpRouter router = server.getRouter();
        StreamingEngine engine = new StreamingEngine(
                new OpenAnswers(settings.maxOpenAnswers()),
                router.vertx().createSharedWorkerExecutor("http-readers", READING_WORKERS),
                patience);
        engine.setCamelContext(context);
        engine.init();
        context.getComponent("platform-http", PlatformHttpComponent.class).setEngine(engine);
        int port = router.getServer().getServer().actualPort();
        if (port <= 0) {
            throw cannotListen(settings, "see the log", null);
        }
        HostRule hosts = new HostRule(address.isLoopbackAddress(), settings.allowedHosts());
        RequestGuard.install(router, hosts, settings.maxBodyBytes());
        WebPage.install(router);
        return new HttpServer(port);
    }

    /** The port it listens on, never 0. */
    public int port() {
        return port;
    }

    private static IOException cannotListen(HttpServerSettings settings, String reason, @Nullable Throwable cause) {
        return new IOException(
                "key 'http.port': cannot listen on " + settings.host() + ":" + settings.port() + ": " + reason, cause);
    }
}
