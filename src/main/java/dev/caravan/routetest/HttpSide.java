package dev.caravan.routetest;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.support.http.HttpUtil;

/** Hands a test's requests to the {@code platform-http:} routes as the HTTP server would, and notes the answers. */
final class HttpSide {

    private static final int NOT_FOUND = 404;
    private static final int NOT_ALLOWED = 405;
    private static final int FAILED = 500;

    private final List<Inlet> inlets;
    private final Arrivals arrivals;

    HttpSide(List<Inlet> inlets, Arrivals arrivals) {
        this.inlets = inlets.stream().filter(i -> i.is("platform-http")).toList();
        this.arrivals = arrivals;
    }

    void request(Sent.Request request) {
        boolean known = false;
        for (Inlet inlet : inlets) {
            PlatformHttpEndpoint endpoint = (PlatformHttpEndpoint) inlet.endpoint();
            Optional<Map<String, String>> variables = match(endpoint, request.path());
            if (variables.isPresent()) {
                known = true;
                if (allows(endpoint, request.method())) {
                    take(inlet, request, variables.get());
                    return;
                }
            }
        }
        arrivals.add(Arrival.answer(
                known ? NOT_ALLOWED : NOT_FOUND,
                new byte[0],
                known ? "no loaded route takes this method" : "no loaded route has this path",
                Map.of()));
    }

    private void take(Inlet inlet, Sent.Request request, Map<String, String> variables) {
        Exchange exchange = inlet.exchange();
        exchange.setPattern(ExchangePattern.InOut);
        Message message = exchange.getMessage();
        Map<String, Object> headers = new HashMap<>(parameters(request.query()));
        headers.putAll(variables);
        headers.putAll(request.headers());
        headers.put(Exchange.HTTP_METHOD, request.method());
        headers.put(Exchange.HTTP_PATH, request.path());
        headers.put(Exchange.HTTP_URI, request.path() + (request.query().isEmpty() ? "" : "?" + request.query()));
        if (!request.query().isEmpty()) {
            headers.put(Exchange.HTTP_QUERY, request.query());
            headers.put(Exchange.HTTP_RAW_QUERY, request.query());
        }
        message.setHeaders(headers);
        message.setBody(request.payload());
        boolean isHead = request.method().equals("HEAD");
        inlet.take(exchange, done -> answer(done, isHead));
    }

    /** @param isHead whether the body is left out, as the server does */
    private void answer(Exchange exchange, boolean isHead) {
        Message message = exchange.getMessage();
        Exception failure = exchange.getException();
        if (failure != null) {
            arrivals.add(Arrival.answer(FAILED, new byte[0], "the route failed: " + Inlet.reason(failure), Map.of()));
            return;
        }
        byte[] body = isHead ? null : message.getBody(byte[].class);
        arrivals.add(Arrival.answer(
                HttpUtil.determineResponseCode(exchange, message.getBody()),
                body == null ? new byte[0] : body,
                "",
                new HashMap<>(message.getHeaders())));
    }

    private static boolean allows(PlatformHttpEndpoint endpoint, String method) {
        String only = endpoint.getHttpMethodRestrict();
        if (only == null) {
            return true;
        }
        List<String> taken = List.of(only.toUpperCase(Locale.ROOT).split("[,\\s]+"));
        // As the server has it: HEAD is answered wherever GET is.
        return taken.contains(method) || (method.equals("HEAD") && taken.contains("GET"));
    }

    /** The variables of a path such as {@code /rooms/{room}}; empty where the path is another. */
    private static Optional<Map<String, String>> match(PlatformHttpEndpoint endpoint, String path) {
        String[] wanted = segments(endpoint.getPath());
        String[] given = segments(path);
        if (given.length < wanted.length || (given.length > wanted.length && !endpoint.isMatchOnUriPrefix())) {
            return Optional.empty();
        }
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i].startsWith("{") && wanted[i].endsWith("}")) {
                variables.put(wanted[i].substring(1, wanted[i].length() - 1), given[i]);
            } else if (!wanted[i].equals(given[i])) {
                return Optional.empty();
            }
        }
        return Optional.of(variables);
    }

    private static String[] segments(String path) {
        return path.replaceAll("^/+|/+$", "").split("/", -1);
    }

    private static Map<String, Object> parameters(String query) {
        Map<String, Object> parameters = new HashMap<>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                try {
                    parameters.putIfAbsent(
                            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    // Not percent-encoded: the server makes no header of it either.
                }
            }
        }
        return parameters;
    }
}
