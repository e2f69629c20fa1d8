package dev.caravan;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.caravan.settings.Key;
import dev.caravan.settings.Settings;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.main.Main;

/** Camel, set up for us: settings as placeholders, no discovery, nothing that opens a port of its own. */
final class CamelMain {

    /** Time for exchanges in flight when the program stops; what does not finish is delivered again after the start. */
    private static final int SHUTDOWN_TIMEOUT_SECONDS = 5;

    private final Settings settings;
    private final Main main = new Main();

    CamelMain(Settings settings) {
        this.settings = settings;
    }

    Main create(String mqttUrl) {
        Map<String, Object> properties = new HashMap<>(settings.asMap());
        properties.put(Key.MQTT_URL.dotted(), mqttUrl);
        main.setOverrideProperties(properties);
        main.setDefaultPropertyPlaceholderLocation("false");
        main.configure()
                .withName("caravan")
                .withRoutesCollectorEnabled(false)
                .withBasePackageScanEnabled(false)
                .withAutoConfigurationEnvironmentVariablesEnabled(false)
                .withAutoConfigurationSystemPropertiesEnabled(false)
                .withAutoConfigurationLogSummary(false)
                .withJmxEnabled(false)
                .withShutdownTimeout(SHUTDOWN_TIMEOUT_SECONDS)
                .withShutdownLogInflightExchangesOnTimeout(false);
        main.bind("objectMapper", strictJson());
        return main;
    }

    int routeCount() {
        return main.getCamelContext().getRoutesSize();
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
