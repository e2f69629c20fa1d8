package dev.caravan.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * Serves the page: these files and no others, read from the class path once. Camel's own static handler is not used
 * because it serves the working directory too.
 */
final class WebPage {

    private static final String FOLDER = "/web/";
    private static final Map<String, String> TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "page.css", "text/css; charset=utf-8",
            "page.js", "text/javascript; charset=utf-8",
            "icon.svg", "image/svg+xml");

    private WebPage() {}

    /** @throws IOException where the program was built without one of the files */
    static void install(Router router) throws IOException {
        for (Map.Entry<String, String> file : TYPES.entrySet()) {
            String name = file.getKey();
            Buffer bytes = Buffer.buffer(read(name));
            router.route(name.equals("index.html") ? "/" : "/" + name)
                    .method(HttpMethod.GET)
                    .method(HttpMethod.HEAD)
                    .handler(ctx -> {
                        ctx.response().putHeader("Content-Type", file.getValue());
                        AnswerBody.end(ctx, bytes);
                    });
        }
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream in = WebPage.class.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                throw new IOException("no " + FOLDER + name + " on the class path");
            }
            return in.readAllBytes();
        }
    }
}
