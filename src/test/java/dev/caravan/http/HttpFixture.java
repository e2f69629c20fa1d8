package dev.caravan.http;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.store.MessageStore;
import dev.caravan.store.Publication;
import dev.caravan.store.StoreBounds;
import dev.caravan.store.StoreLimits;
import dev.caravan.store.StoreSettings;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;

/** The shipped HTTP routes on a real server at a free port, with {@link LoopbackMqtt} in place of a broker. */
final class HttpFixture implements AutoCloseable {

    static final long MAX_BODY = 100_000;
    static final int MAX_OPEN = 1_000;
    static final long MAX_PACKET = 90_000;

    final LoopbackMqtt mqtt = new LoopbackMqtt();
    final MessageStore store;
    final CamelContext context = new DefaultCamelContext();
    final HttpServer server;

    private static final StoreBounds BOUNDS = new StoreBounds(100, 1_000, 10_000_000);

    private final HttpClient client = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    HttpFixture() throws Exception {
        this(MessageStore.inMemory(BOUNDS, InstantSource.system()), Duration.ofSeconds(15), MAX_OPEN);
    }

    /** On a database in the folder, which is there again for the next one. */
    static HttpFixture on(Path folder) throws Exception {
        return on(folder, Duration.ofSeconds(15), MAX_OPEN);
    }

    static HttpFixture on(Path folder, Duration heartbeat, int maxOpen) throws Exception {
        return new HttpFixture(openStore(folder), heartbeat, maxOpen);
    }

    static MessageStore openStore(Path folder) throws Exception {
        StoreSettings settings = new StoreSettings(
                folder.resolve("messages.db"),
                "",
                "",
                "",
                new StoreLimits(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofDays(36_500)),
                50_000,
                false);
        return MessageStore.open(settings, BOUNDS, InstantSource.system());
    }

    private HttpFixture(MessageStore store, Duration heartbeat, int maxOpen) throws Exception {
        this.store = store;
        Properties settings = new Properties();
        settings.put("mqtt.url", "tcp://127.0.0.1:1");
        settings.put("mqtt.client-id", "test");
        context.getPropertiesComponent().setInitialProperties(settings);
        context.addComponent("paho-mqtt5", mqtt);
        InstantSource clock = InstantSource.system();
        StatusSource status = new StatusSource(
                "1.2.3",
                clock.instant(),
                () -> Map.of("mqtt", Map.of("port", 1883, "ws.port", 8083)),
                () -> List.of(Map.of("name", "cloud", "connected", true)),
                () -> List.of(Map.of("file", "a.camel.yaml", "state", "running")));
        BrokerLimits limits = new BrokerLimits(topic -> topic.contains("::"), MAX_PACKET);
        HttpBeans.bind(context, store, status, limits, clock, heartbeat);
        context.start();
        server = HttpServer.start(
                context, new HttpServerSettings("127.0.0.1", 0, MAX_BODY, maxOpen, Set.of("proxy.example")));
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            for (Path file : files.filter(f -> f.getFileName().toString().matches("(http|store)-.*\\.camel\\.yaml"))
                    .sorted()
                    .toList()) {
                PluginHelper.getRoutesLoader(context)
                        .loadRoutes(PluginHelper.getResourceLoader(context).resolveResource("file:" + file));
            }
        }
    }

    @Override
    public void close() {
        context.stop();
        store.close();
    }

    /** How many readers wait for a message. */
    int waiting() {
        return context.hasService(LiveFeed.class).waiting();
    }

    /** A message of some MQTT client. */
    void keep(String topic, String payload) {
        store.keep(new Publication(
                topic, payload.getBytes(StandardCharsets.UTF_8), "d1", 1, false, null, List.of(), null, null));
    }

    URI uri(String target) {
        return URI.create("http://127.0.0.1:" + server.port() + target);
    }

    Answer publish(String body) throws Exception {
        return send(HttpRequest.newBuilder(uri("/publish"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    Answer get(String target) throws Exception {
        return send(HttpRequest.newBuilder(uri(target)));
    }

    Answer subscribe(String filter) throws Exception {
        return get("/subscribe?topic=" + encode(filter));
    }

    Answer method(String method, String target) throws Exception {
        return send(HttpRequest.newBuilder(uri(target)).method(method, BodyPublishers.noBody()));
    }

    Answer send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        return new Answer(
                response.statusCode(),
                response.body(),
                response.headers().map().entrySet().stream()
                        .collect(Collectors.toMap(
                                e -> e.getKey().toLowerCase(Locale.ROOT), e -> String.join(",", e.getValue()))));
    }

    /** Sends the bytes as they are, for what no well-behaved client would send; the server has to close. */
    Answer raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String status = line(in);
            Map<String, String> headers = new HashMap<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                String[] header = line.split(":", 2);
                headers.put(header[0].toLowerCase(Locale.ROOT), header[1].strip());
            }
            byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
            return new Answer(
                    Integer.parseInt(status.split(" ")[1]), new String(body, StandardCharsets.UTF_8), headers);
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    final class Answer {
        final int status;
        final String body;
        final Map<String, String> headers;

        Answer(int status, String body, Map<String, String> headers) {
            this.status = status;
            this.body = body;
            this.headers = headers;
        }

        JsonNode json() throws IOException {
            return json.readTree(body);
        }

        String error() throws IOException {
            return json().path("error").asText();
        }

        @Override
        public String toString() {
            return status + " " + body;
        }
    }
}
