package dev.caravan.http;

import dev.caravan.settings.HostRule;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of every request and lets only honest ones reach a route: known host, same origin, exact path, JSON
 * where something is posted, a body that fits. Answers everything else itself, as JSON. Runs on Vert.x' event loop and
 * never blocks.
 */
final class RequestGuard {

    private static final Pattern JSON_TYPE = Pattern.compile(
            "application/(?:json|[a-z0-9!#$&^_.+-]+\\+json)\\s*(?:;\\s*charset\\s*=\\s*\"?utf-?8\"?\\s*)?;?",
            Pattern.CASE_INSENSITIVE);

    private static final Set<String> LONG = Set.of("/history", "/series", "/consumers");

    private final Router router;
    private final HostRule hosts;
    private final long maxBodyBytes;

    private RequestGuard(Router router, HostRule hosts, long maxBodyBytes) {
        this.router = router;
        this.hosts = hosts;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Takes the first and the last place among the router's routes, whatever is added to it later. */
    static void install(Router router, HostRule hosts, long maxBodyBytes) {
        RequestGuard guard = new RequestGuard(router, hosts, maxBodyBytes);
        router.route().order(Integer.MIN_VALUE).handler(guard::check).failureHandler(guard::failed);
        router.route().order(Integer.MAX_VALUE).handler(guard::noRoute);
    }

    private void check(RoutingContext ctx) {
        addSecurityHeaders(ctx.response());
        HttpServerRequest request = ctx.request();
        try {
            checkTarget(ctx);
            checkHostAndOrigin(request);
            checkContentType(ctx);
            checkLength(request);
            Query.parse(request.query());
        } catch (RequestException e) {
            refuse(ctx, e.status(), e.text());
            return;
        }
        // Camel filters such headers as well; this keeps them away from whatever else reads the request.
        MultiMap headers = request.headers();
        for (String name : List.copyOf(headers.names())) {
            if (name.toLowerCase(Locale.ROOT).startsWith("camel")) {
                headers.remove(name);
            }
        }
        ctx.next();
    }

    private static void addSecurityHeaders(HttpServerResponse response) {
        response.putHeader("Content-Security-Policy", "default-src 'self'; base-uri 'none'; frame-ancestors 'none'")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Cache-Control", "no-store");
    }

    /** One path, one spelling: no dots, doubled or trailing slashes, no escapes of plain letters. */
    private static void checkTarget(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String path = request.path();
        if (path == null || !request.uri().startsWith("/")) {
            throw RequestException.badRequest("Request target must be a path");
        }
        if (!path.equals(ctx.normalizedPath()) || (path.length() > 1 && path.endsWith("/"))) {
            throw notFound();
        }
    }

    private void checkHostAndOrigin(HttpServerRequest request) {
        String host = host(request);
        if (!hosts.allowsHost(host)) {
            throw new RequestException(403, "Host is not allowed here; http.allowed-hosts names further ones");
        }
        boolean reads = request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD;
        if (reads && !holdsAPlace(request)) {
            return; // The browser itself keeps the answer from a page of another origin.
        }
        List<String> origins = request.headers().getAll("Origin");
        for (String origin : origins) {
            if (!hosts.allowsOrigin(origin, host)) {
                throw new RequestException(403, "Origin is not allowed here");
            }
        }
        // An image or a script of a foreign page has no Origin, but every browser of today says this.
        if (origins.isEmpty() && request.headers().contains("Sec-Fetch-Site", "cross-site", true)) {
            throw new RequestException(403, "A page of another site may not ask for this");
        }
    }

    /**
     * Whether the answer may be long, stay open or read the database, and so hold a place that others need: a foreign page
     * could take them all.
     */
    private static boolean holdsAPlace(HttpServerRequest request) {
        Query query = Query.parse(request.query());
        String since = query.get("since");
        return LONG.contains(request.path())
                || request.path().endsWith("/sse")
                || request.headers().getAll("Accept").stream().anyMatch(type -> type.contains(EventStream.MEDIA_TYPE))
                || query.get("wait") != null
                || query.get("ack") != null
                || (since != null && since.strip().startsWith("id:"));
    }

    /** The one host the request names, or null. HTTP/2 has it in {@code :authority} and may repeat it in Host. */
    private static @Nullable String host(HttpServerRequest request) {
        Set<String> named = new HashSet<>(request.headers().getAll("Host"));
        boolean http2 = request.version() == HttpVersion.HTTP_2;
        if (http2 && request.authority() != null) {
            named.add(request.authority().toString());
        }
        boolean repeated = !http2 && request.headers().getAll("Host").size() > 1;
        return named.size() == 1 && !repeated ? named.iterator().next() : null;
    }

    /** A browser sends JSON to another site only after asking, and is never allowed: so no form of theirs posts here. */
    private void checkContentType(RoutingContext ctx) {
        if (ctx.request().method() != HttpMethod.POST || !mayTakePost(ctx.normalizedPath())) {
            return;
        }
        List<String> types = ctx.request().headers().getAll("Content-Type");
        if (types.size() != 1 || !JSON_TYPE.matcher(types.get(0).strip()).matches()) {
            throw new RequestException(415, "Content-Type must be application/json, in UTF-8");
        }
    }

    /** False only where it is certain that the request ends with 404 or 405. */
    private boolean mayTakePost(String path) {
        for (Route route : router.getRoutes()) {
            boolean ours = route.getPath() == null && !route.isRegexPath();
            boolean matches = route.isRegexPath() || path.equals(route.getPath());
            if (!ours && matches && (route.methods() == null || route.methods().contains(HttpMethod.POST))) {
                return true;
            }
        }
        return false;
    }

    private void checkLength(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length != null && (length.length() > 18 || Long.parseLong(length) > maxBodyBytes)) {
            throw tooLarge();
        }
    }

    private RequestException tooLarge() {
        return new RequestException(413, "Body must not be larger than " + maxBodyBytes + " bytes");
    }

    private static RequestException notFound() {
        return new RequestException(404, "Not found");
    }

    private void noRoute(RoutingContext ctx) {
        TreeSet<String> allowed = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            if (isPathOf(route, ctx.normalizedPath()) && route.methods() != null) {
                route.methods().forEach(method -> allowed.add(method.name()));
            }
        }
        if (allowed.isEmpty()) {
            refuse(ctx, 404, "Not found");
        } else {
            String methods = String.join(", ", allowed);
            ctx.response().putHeader("Allow", methods);
            refuse(ctx, 405, "Method not allowed; allowed: " + methods);
        }
    }

    /** Also where the route's path has parameters, as in {@code /topics/:filter/sse}. */
    private static boolean isPathOf(Route route, String path) {
        if (route.getPath() == null || !route.isRegexPath()) {
            return path.equals(route.getPath());
        }
        String[] wanted = route.getPath().split("/", -1);
        String[] given = path.split("/", -1);
        boolean same = wanted.length == given.length;
        for (int i = 0; same && i < wanted.length; i++) {
            same = wanted[i].startsWith(":") ? !given[i].isEmpty() : wanted[i].equals(given[i]);
        }
        return same;
    }

    private void failed(RoutingContext ctx) {
        int status = ctx.statusCode() >= 400 ? ctx.statusCode() : 500;
        switch (status) {
            case 413 -> refuse(ctx, status, tooLarge().text());
            case 400 -> refuse(ctx, status, "Request is malformed");
            case 503 -> refuse(ctx, status, "Not available at the moment");
            default -> refuse(ctx, status, "Request failed");
        }
    }

    private static void refuse(RoutingContext ctx, int status, String error) {
        HttpServerResponse response = ctx.response();
        if (response.ended() || response.headWritten()) {
            return;
        }
        response.setStatusCode(status).putHeader("Content-Type", JsonAnswer.MEDIA_TYPE);
        if (status == 413 && ctx.request().version() != HttpVersion.HTTP_2) {
            // The rest of the body is not wanted; the connection is of no further use.
            response.putHeader("Connection", "close");
        }
        ctx.request().resume();
        AnswerBody.end(ctx, Buffer.buffer(JsonAnswer.error(error)));
    }
}
