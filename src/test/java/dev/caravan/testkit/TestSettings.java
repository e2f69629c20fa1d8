package dev.caravan.testkit;

import dev.caravan.settings.Settings;
import dev.caravan.settings.SettingsException;
import dev.caravan.settings.SettingsLoader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Settings of a broker that bothers nobody: free ports and a folder of its own. */
public final class TestSettings {

    private TestSettings() {}

    public static Settings in(Path folder, String... keysAndValues) {
        Map<String, String> values = new HashMap<>(Map.of(
                "mqtt.port",
                "0",
                "mqtt.ws.port",
                "0",
                "http.port",
                "0",
                "data.directory",
                folder.resolve("data").toString(),
                "artemis.directory",
                folder.resolve("artemis").toString(),
                "routes.directory",
                folder.resolve("routes").toString()));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        try {
            return SettingsLoader.load(values, Map.of(), folder.resolve("application.properties"));
        } catch (SettingsException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
