package dev.caravan;

import dev.caravan.broker.EmbeddedBroker;
import dev.caravan.http.HttpServer;
import dev.caravan.settings.Key;
import dev.caravan.settings.Settings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Where this process really listens, once port 0 has become a port. Filled during the start, read afterwards. */
final class Listeners {

    private final Settings settings;
    private final Map<String, String> addresses = new LinkedHashMap<>();
    private String mqttUrl;

    Listeners(Settings settings) {
        this.settings = settings;
        this.mqttUrl = settings.isTrue(Key.BROKER_EMBEDDED)
                ? mqttUrl(Integer.parseInt(settings.text(Key.MQTT_PORT)))
                : settings.text(Key.MQTT_URL);
    }

    void addBroker(EmbeddedBroker broker) {
        String host = settings.text(Key.MQTT_HOST);
        int port = broker.port("mqtt").orElseThrow();
        mqttUrl = mqttUrl(port);
        addresses.put("mqtt", bracketed(host) + ":" + port);
        broker.port("mqtt-ws").ifPresent(p -> addresses.put("ws", bracketed(host) + ":" + p + "/mqtt"));
        broker.port("mqtt-tls").ifPresent(p -> addresses.put("tls", bracketed(host) + ":" + p));
    }

    void addHttp(HttpServer http) {
        addresses.put("http", "http://" + bracketed(settings.text(Key.HTTP_HOST)) + ":" + http.port());
    }

    private String mqttUrl(int port) {
        return "tcp://" + bracketed(reachable(settings.text(Key.MQTT_HOST))) + ":" + port;
    }

    /** The broker that the routes connect to: the embedded one as this process reaches it, or the outside one. */
    String mqttUrl() {
        return mqttUrl;
    }

    /** Addresses by what they serve: mqtt, ws, tls, http. */
    Map<String, String> addresses() {
        return addresses;
    }

    String describe() {
        return addresses.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(" "));
    }

    /** A listener on every address is reached on loopback. */
    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> host;
        };
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }
}
