package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.bridge.BridgeComponent;
import dev.caravan.bridge.BridgeTemplate;
import dev.caravan.bridge.OutsideLocalBroker;
import dev.caravan.http.BrokerLimits;
import dev.caravan.http.HttpBeans;
import dev.caravan.http.StatusSource;
import dev.caravan.mqtt.MqttComponent;
import dev.caravan.route.DeadLetters;
import dev.caravan.store.MessageStore;
import dev.caravan.store.StoreBounds;
import dev.caravan.testkit.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.Endpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stock Camel takes the shipped route files: its own YAML loader every step, its own components every endpoint option.
 * Of ours there are only the component {@code csv-log}, the template {@code mqtt-bridge} and the beans.
 */
class StockCamelTest {

    private static final Set<String> OURS = Set.of("csv-log", "mqtt-bridge");

    @TempDir
    Path folder;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<String> built = new ArrayList<>();

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            return files.filter(f -> f.toString().endsWith(".camel.yaml"))
                    .sorted()
                    .toList();
        }
    }

    @BeforeEach
    void bindWhatIsOurs() throws Exception {
        Properties properties = new Properties();
        properties.putAll(TestSettings.in(folder).asMap());
        properties.put("mqtt.url", "tcp://127.0.0.1:1");
        context.getPropertiesComponent().setInitialProperties(properties);
        Clock clock = Clock.systemUTC();
        context.addRoutePolicyFactory((all, routeId, route) -> {
            built.add(routeId);
            return null;
        });
        MqttComponent forBridges = new MqttComponent(clock);
        context.addComponent(
                "mqtt-bridge",
                new BridgeComponent(
                        forBridges, new OutsideLocalBroker(forBridges, "tcp://127.0.0.1:1", "", "", "x"), clock));
        BridgeTemplate.register(context);
        context.getRegistry().bind("deadLetters", new DeadLetters(folder, 1_000, clock));
        HttpBeans.bind(
                context,
                MessageStore.inMemory(new StoreBounds(1, 1, 1), clock),
                new StatusSource("1", Instant.EPOCH, Map::of, List::of, List::of),
                BrokerLimits.NONE,
                clock);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @ParameterizedTest
    @MethodSource("files")
    void buildsEveryRoute(Path file) throws Exception {
        build(Files.readString(file));

        String name = file.getFileName().toString().replace(".camel.yaml", "");
        assertThat(built).isEqualTo(name.equals("error-handling") ? List.of() : List.of(name));
        assertThat(context.getEndpoints()).hasSizeGreaterThanOrEqualTo(built.size());
        for (Endpoint endpoint : context.getEndpoints()) {
            String scheme = endpoint.getEndpointUri().replaceAll(":.*", "");
            assertThat(endpoint.getClass().getName())
                    .as(endpoint.getEndpointUri())
                    .startsWith(OURS.contains(scheme) ? "dev.caravan." : "org.apache.camel.");
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void isCanonicalYaml(Path file) throws Exception {
        assertThat(CanonicalYaml.problems(Files.readString(file))).isEmpty();
    }

    @Test
    void knowsWhatIsNotCanonical() throws Exception {
        assertThat(CanonicalYaml.problems("""
                        - from:
                            uri: direct:a?block=true
                            steps:
                              - log: x
                              - to: direct:b
                              - setBody:
                                  simple:
                                    expression: x
                              - setBody:
                                  expression:
                                    simple: x
                              - setHeader:
                                  name: a
                                  constant: x
                              - to:
                                  uri: direct:c
                                  parameters:
                                    block: true
                              - lgo:
                                  message: x
                        """))
                .containsExactly(
                        "[0]: write route: before from:",
                        "[0]/from/uri: options belong under parameters",
                        "[0]/from/steps[0]/log: write the long form",
                        "[0]/from/steps[1]/to: write the long form",
                        "[0]/from/steps[2]/setBody: write expression: before simple:",
                        "[0]/from/steps[3]/setBody/expression/simple: write the long form",
                        "[0]/from/steps[4]/setHeader: write expression: before constant:",
                        "[0]/from/steps[6]: unknown key lgo");
    }

    @Test
    void refusesAnOptionOfOursOnAStockEndpoint() {
        assertThatThrownBy(() -> build("""
                        - route:
                            id: x
                            from:
                              uri: direct:x
                              steps:
                                - to:
                                    uri: paho-mqtt5:x
                                    parameters:
                                      publishTimeout: 10s
                        """)).rootCause().hasMessageContaining("publishTimeout");
    }

    /** Builds without starting, so nothing is connected to. */
    private void build(String text) throws Exception {
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("x.camel.yaml", text));
        context.build();
        context.init();
    }
}
