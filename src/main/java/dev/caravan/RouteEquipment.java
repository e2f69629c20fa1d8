package dev.caravan;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.caravan.bridge.BridgeComponent;
import dev.caravan.bridge.BridgeTemplate;
import dev.caravan.bridge.EmbeddedLocalBroker;
import dev.caravan.bridge.LocalBroker;
import dev.caravan.bridge.OutsideLocalBroker;
import dev.caravan.broker.EmbeddedBroker;
import dev.caravan.broker.ReservedTopics;
import dev.caravan.csv.CsvLogComponent;
import dev.caravan.http.BrokerLimits;
import dev.caravan.http.HttpBeans;
import dev.caravan.http.StatusSource;
import dev.caravan.mqtt.MqttComponent;
import dev.caravan.route.DeadLetters;
import dev.caravan.route.ExactNumbers;
import dev.caravan.route.RouteFileState;
import dev.caravan.settings.Key;
import dev.caravan.settings.Settings;
import dev.caravan.store.MessageStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a route may name: components, beans, the template, the placeholders. Made in one place, so that what
 * the running program offers and what a route is checked and tested against are the same.
 *
 * <p>Making it opens and writes nothing; the context that it is installed in starts and stops its parts.
 */
final class RouteEquipment {

    private final Settings settings;
    private final Clock clock;
    private final MessageStore store;
    private final Listeners listeners;
    private final MqttComponent mqtt;
    private final BridgeComponent bridges;
    private final CsvLogComponent csvLog = new CsvLogComponent();
    private final DeadLetters deadLetters;

    /**
     * @param listeners with the broker that routes connect to
     * @param broker null where none runs in this process
     */
    RouteEquipment(
            Settings settings, Clock clock, MessageStore store, Listeners listeners, @Nullable EmbeddedBroker broker) {
        this.settings = settings;
        this.clock = clock;
        this.store = store;
        this.listeners = listeners;
        this.mqtt = newMqtt();
        this.bridges = new BridgeComponent(mqtt, localBroker(broker), clock);
        this.csvLog.setClock(clock);
        Path folder = settings.path(Key.DATA_DIRECTORY).toAbsolutePath().normalize();
        this.deadLetters =
                new DeadLetters(folder.resolve("dead-letter"), settings.bytes(Key.DEAD_LETTER_MAX_SIZE), clock);
    }

    /** What routes read as <code>{{key}}</code>. */
    static Map<String, Object> placeholders(Settings settings, String mqttUrl) {
        Map<String, Object> placeholders = new HashMap<>(settings.asMap());
        placeholders.put(Key.MQTT_URL.dotted(), mqttUrl);
        return placeholders;
    }

    /**
     * Puts everything but the placeholders into a context that has no routes yet.
     *
     * @param routes how the files are that the context's routes come from
     */
    void install(CamelContext context, Supplier<List<RouteFileState>> routes) throws Exception {
        Registry registry = context.getRegistry();
        registry.bind("paho-mqtt5", mqtt);
        registry.bind("mqtt-bridge", bridges);
        registry.bind("csv-log", csvLog);
        registry.bind("deadLetters", deadLetters);
        registry.bind("objectMapper", strictJson());
        StatusParts parts = new StatusParts(listeners, mqtt, csvLog, deadLetters, store);
        HttpBeans.bind(
                context,
                store,
                new StatusSource(
                        Version.TEXT,
                        clock.instant(),
                        parts,
                        () -> BridgeReport.of(bridges.states()),
                        () -> RouteReport.of(routes.get())),
                limits(),
                clock);
        ExactNumbers.register(context);
        BridgeTemplate.register(context);
    }

    MqttComponent mqtt() {
        return mqtt;
    }

    BridgeComponent bridges() {
        return bridges;
    }

    CsvLogComponent csvLog() {
        return csvLog;
    }

    private MqttComponent newMqtt() {
        MqttComponent component = new MqttComponent(clock);
        component.addCredentials(listeners.mqttUrl(), settings.text(Key.MQTT_USER), settings.text(Key.MQTT_PASSWORD));
        String cloudUrl = settings.text(Key.BRIDGE_CLOUD_URL);
        if (!cloudUrl.isEmpty()) {
            // Where both are the same broker, mqtt.user stays: the first one does.
            component.addCredentials(
                    cloudUrl, settings.text(Key.BRIDGE_CLOUD_USER), settings.text(Key.BRIDGE_CLOUD_PASSWORD));
        }
        return component;
    }

    private LocalBroker localBroker(@Nullable EmbeddedBroker embedded) {
        String url = listeners.mqttUrl();
        String user = settings.text(Key.MQTT_USER);
        String password = settings.text(Key.MQTT_PASSWORD);
        String clientId = settings.text(Key.MQTT_CLIENT_ID);
        return embedded == null
                ? new OutsideLocalBroker(mqtt, url, user, password, clientId)
                : new EmbeddedLocalBroker(embedded, url, user, password, clientId);
    }

    private BrokerLimits limits() {
        return settings.isTrue(Key.BROKER_EMBEDDED)
                ? new BrokerLimits(ReservedTopics::isReserved, settings.bytes(Key.MQTT_MAX_PACKET_SIZE))
                : BrokerLimits.NONE;
    }

    /** JSON by the letter: nothing behind the value, no key twice, no text for a number, every digit as it came. */
    private static JsonMapper strictJson() {
        return JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .build();
    }
}
