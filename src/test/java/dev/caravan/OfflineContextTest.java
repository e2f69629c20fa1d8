package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.settings.Settings;
import dev.caravan.settings.SettingsLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.RouteConfigurationsBuilder;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OfflineContextTest {

    @TempDir
    Path folder;

    private OfflineContext offline(String... settings) throws Exception {
        Map<String, String> given =
                new HashMap<>(Map.of("data.directory", folder.resolve("data").toString()));
        for (int i = 0; i < settings.length; i += 2) {
            given.put(settings[i], settings[i + 1]);
        }
        Settings loaded = SettingsLoader.load(given, Map.of(), folder.resolve("absent"));
        return new OfflineContext(loaded, Clock.systemUTC());
    }

    static List<Path> files() throws Exception {
        return RoutesReferenceTest.files();
    }

    @ParameterizedTest
    @MethodSource("files")
    void takesEveryShippedFileWithoutRunningIt(Path file) throws Exception {
        try (CamelContext context = offline().get()) {
            add(context, Path.of("routes", "error-handling.camel.yaml"));
            if (!file.endsWith("error-handling.camel.yaml")) {
                add(context, file);
            }
            context.build();
            context.init();

            assertThat(((ModelCamelContext) context).getRouteDefinitions())
                    .hasSize(file.endsWith("error-handling.camel.yaml") ? 0 : 1)
                    .allMatch(RouteDefinition::isPrepared);
        }
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void refusesWhatTheRunningProgramRefuses() throws Exception {
        Path file = Files.writeString(folder.resolve("x.camel.yaml"), """
                - route:
                    id: x
                    from:
                      uri: paho-mqtt5:a
                      parameters: {nosuch: 1}
                      steps: [{to: {uri: csv-log:a, parameters: {columns: a}}}]
                """);
        try (CamelContext context = offline().get()) {
            add(context, file);
            context.build();
            assertThatThrownBy(context::init).rootCause().hasMessageContaining("nosuch");
        }
    }

    @Test
    void knowsEverySettingAndTheBrokerThatRoutesWillFind() throws Exception {
        try (CamelContext embedded =
                        offline("mqtt.port", "1999", "greenhouse.limit", "7").get();
                CamelContext outside = offline("broker.embedded", "false", "mqtt.url", "tcp://plant:1883")
                        .get()) {
            assertThat(embedded.resolvePropertyPlaceholders("{{mqtt.url}} {{greenhouse.limit}} {{http.port}}"))
                    .isEqualTo("tcp://127.0.0.1:1999 7 8080");
            assertThat(outside.resolvePropertyPlaceholders("{{mqtt.url}}")).isEqualTo("tcp://plant:1883");
        }
    }

    private static void add(CamelContext context, Path file) throws Exception {
        for (RoutesBuilder builder : PluginHelper.getRoutesLoader(context)
                .findRoutesBuilders(ResourceHelper.fromString(file.getFileName().toString(), Files.readString(file)))) {
            if (builder instanceof RouteConfigurationsBuilder configurations) {
                configurations.updateRouteConfigurationsToCamelContext(context);
            }
            context.addRoutes(builder);
            context.addTemplatedRoutes(builder);
        }
    }
}
