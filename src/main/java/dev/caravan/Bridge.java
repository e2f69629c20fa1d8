package dev.caravan;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.caravan.broker.BrokerException;
import dev.caravan.broker.EmbeddedBroker;
import dev.caravan.csv.CsvLogComponent;
import dev.caravan.mqtt.MqttComponent;
import dev.caravan.route.DeadLetters;
import dev.caravan.route.RouteException;
import dev.caravan.route.RouteFolder;
import dev.caravan.settings.Key;
import dev.caravan.settings.Settings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running program: broker, routes and HTTP, started in this order and stopped in reverse. The only place that knows
 * every package.
 *
 * <p>{@link #start} and {@link #close} may be called by different threads; close is safe to call twice.
 */
public final class Bridge implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Bridge.class);

    /** Time for exchanges in flight when the program stops; what does not finish is delivered again after the start. */
    private static final int STOP_ROUTES_SECONDS = 5;

    private final Deque<Step> started = new ArrayDeque<>();
    private final Settings settings;
    private final Main camel = new Main();
    private @Nullable EmbeddedBroker broker;
    private @Nullable RouteFolder routes;

    /** What is stopped, and how. */
    private record Step(String name, Runnable stop) {}

    private Bridge(Settings settings) {
        this.settings = settings;
    }

    /**
     * Starts everything and returns when clients can connect.
     *
     * @throws StartException with one line that says what is wrong; nothing keeps running then
     */
    public static Bridge start(Settings settings) throws StartException {
        Bridge bridge = new Bridge(settings);
        try {
            bridge.startAll();
            return bridge;
        } catch (StartException e) {
            bridge.close();
            throw e;
        } catch (BrokerException | RouteException e) {
            bridge.close();
            throw new StartException(e.getMessage(), e);
        } catch (Exception e) {
            bridge.close();
            throw new StartException(bridge.describe(e), e);
        }
    }

    private void startAll() throws Exception {
        Path data = settings.path(Key.DATA_DIRECTORY);
        DataFolder folder = DataFolder.open(data);
        started.push(new Step("data folder", folder::close));

        String url = settings.text(Key.MQTT_URL);
        if (settings.isTrue(Key.BROKER_EMBEDDED)) {
            EmbeddedBroker embedded = EmbeddedBroker.start(settings, null);
            broker = embedded;
            started.push(new Step("broker", embedded::stop));
            url = "tcp://" + reachable(settings.text(Key.MQTT_HOST)) + ":"
                    + embedded.port("mqtt").orElseThrow();
        }
        startRoutes(data, url);
    }

    private void startRoutes(Path data, String mqttUrl) throws Exception {
        configure(mqttUrl);
        camel.bind(
                "deadLetters",
                new DeadLetters(
                        data.resolve("dead-letter"), settings.bytes(Key.DEAD_LETTER_MAX_SIZE), Clock.systemUTC()));
        camel.bind("objectMapper", strictJson());
        MqttComponent mqtt = new MqttComponent(Clock.systemUTC());
        mqtt.setCredentials(mqttUrl, settings.text(Key.MQTT_USER), settings.text(Key.MQTT_PASSWORD));
        camel.bind("paho-mqtt5", mqtt);
        CsvLogComponent csvLog = new CsvLogComponent();
        csvLog.setDirectory(data.resolve("csv"));
        camel.bind("csv-log", csvLog);

        camel.init();
        CamelContext context = camel.getCamelContext();
        RouteFolder folder = new RouteFolder(context, settings.path(Key.ROUTES_DIRECTORY));
        routes = folder;
        folder.load();
        started.push(new Step("routes", camel::stop));
        camel.start();
        started.push(new Step("routes folder", folder::close));
        folder.watch();
    }

    private void configure(String mqttUrl) {
        Map<String, Object> properties = new HashMap<>(settings.asMap());
        properties.put(Key.MQTT_URL.dotted(), mqttUrl);
        camel.setOverrideProperties(properties);
        camel.setDefaultPropertyPlaceholderLocation("false");
        camel.configure()
                .withName("caravan")
                .withRoutesCollectorEnabled(false)
                .withBasePackageScanEnabled(false)
                .withAutoConfigurationEnvironmentVariablesEnabled(false)
                .withAutoConfigurationSystemPropertiesEnabled(false)
                .withAutoConfigurationLogSummary(false)
                .withJmxEnabled(false)
                .withShutdownTimeout(STOP_ROUTES_SECONDS)
                .withShutdownLogInflightExchangesOnTimeout(false);
    }

    /** JSON by the letter: nothing behind the value, no key twice, numbers with every digit they came with. */
    private static JsonMapper strictJson() {
        return JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .build();
    }

    /** The address by which a client in this process reaches a listener. */
    private static String reachable(String host) {
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "[::1]";
            default -> host.contains(":") ? "[" + host + "]" : host;
        };
    }

    /** One line of facts for people and scripts that wait for the start. */
    public String readyLine(String version, Duration taken) {
        StringBuilder line = new StringBuilder("caravan ").append(version).append(" ready in ");
        line.append(taken.toMillis()).append(" ms:");
        if (broker != null) {
            broker.port("mqtt").ifPresent(p -> line.append(" mqtt=")
                    .append(settings.text(Key.MQTT_HOST))
                    .append(':')
                    .append(p));
        }
        return line.append(" routes=")
                .append(camel.getCamelContext().getRoutesSize())
                .toString();
    }

    private String describe(Exception failure) {
        return routes == null ? String.valueOf(failure.getMessage()) : routes.describe(failure);
    }

    /** Stops in reverse order; one part that fails to stop does not keep the others running. */
    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            Step step = started.pop();
            try {
                step.stop().run();
            } catch (RuntimeException e) {
                log.warn("{} did not stop cleanly: {}", step.name(), e.toString());
            }
        }
    }

    public static void main(String[] args) throws Exception {
        long t = System.nanoTime();
        java.util.Map<String, String> m = new HashMap<>();
        for (String a : args) m.put(a.substring(2, a.indexOf('=')), a.substring(a.indexOf('=') + 1));
        Bridge b = start(dev.caravan.settings.SettingsLoader.load(
                m, System.getenv(), dev.caravan.settings.SettingsLoader.DEFAULT_FILE));
        System.out.println(b.readyLine("x", Duration.ofNanos(System.nanoTime() - t)));
        Runtime.getRuntime().addShutdownHook(new Thread(b::close));
        Thread.currentThread().join();
    }
}
