package dev.caravan.mqtt;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker listens, read from a {@code brokerUrl} such as {@code tcp://host:1883}, {@code mqtts://host} or
 * {@code wss://host/mqtt}. Immutable.
 *
 * @param url the text it was read from; never holds credentials, so it may be logged
 * @param host name or address, without the brackets of IPv6
 * @param port 1 to 65,535; by default 1883 (tcp, mqtt), 8883 (ssl, mqtts), 80 (ws), 443 (wss)
 * @param path path of the WebSocket, without the leading slash
 * @param query query of the WebSocket's URL, or null
 */
record BrokerAddress(
        String url,
        String host,
        int port,
        boolean tls,
        boolean webSocket,
        String path,
        @Nullable String query) {

    /** @throws IllegalArgumentException naming the URL and the broken rule */
    static BrokerAddress parse(String text) {
        URI uri;
        try {
            uri = new URI(text.trim());
        } catch (URISyntaxException e) {
            throw refused(text, "be a URL such as tcp://localhost:1883");
        }
        // Before anything else: the text must not reach a log if it holds a password.
        if (uri.getRawUserInfo() != null
                || (uri.getRawAuthority() != null && uri.getRawAuthority().indexOf('@') >= 0)) {
            throw new IllegalArgumentException("brokerUrl must not hold credentials: use userName and password");
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        int defaultPort =
                switch (scheme) {
                    case "tcp", "mqtt" -> 1883;
                    case "ssl", "mqtts" -> 8883;
                    case "ws" -> 80;
                    case "wss" -> 443;
                    default -> throw refused(text, "begin with tcp, mqtt, ssl, mqtts, ws or wss");
                };
        String host = uri.getHost();
        if (host == null || host.isEmpty()) {
            throw refused(text, "name a host");
        }
        int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw refused(text, "have a port between 1 and 65535");
        }
        boolean webSocket = scheme.startsWith("ws");
        String path = uri.getPath() == null ? "" : uri.getPath();
        if (!webSocket && path.length() > 1) {
            throw refused(text, "have a path only with ws or wss");
        }
        return new BrokerAddress(
                text.trim(),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                port,
                scheme.equals("ssl") || scheme.equals("mqtts") || scheme.equals("wss"),
                webSocket,
                path.startsWith("/") ? path.substring(1) : path,
                uri.getQuery());
    }

    @Override
    public String toString() {
        return url;
    }

    private static IllegalArgumentException refused(String text, String rule) {
        return new IllegalArgumentException("brokerUrl must " + rule + ", was '" + text + "'");
    }
}
