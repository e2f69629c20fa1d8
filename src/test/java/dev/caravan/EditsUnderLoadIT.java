package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.caravan.testkit.Http;
import dev.caravan.testkit.Ledger;
import dev.caravan.testkit.LedgerOptions;
import dev.caravan.testkit.LedgerPublisher;
import dev.caravan.testkit.LedgerReceiver;
import dev.caravan.testkit.TestSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A route that passes on 1,000 messages a second at QoS 1 while files are saved. */
class EditsUnderLoadIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int RATE = 1_000;
    private static final int LEAST = 10_000;

    /** The window of unacknowledged messages: what a connection that ends may leave to be delivered again. */
    private static final int WINDOW = 100;

    private static final String RELAY = """
            - route:
                id: relay
                description: Passes on what arrives, version %d.
                routeConfigurationId: error-handling
                from:
                  uri: paho-mqtt5:ledger/+
                  parameters:
                    brokerUrl: "{{mqtt.url}}"
                    clientId: relay
                    cleanStart: false
                    sessionExpiryInterval: 3600
                    qos: 1
                  steps:
                    - to:
                        uri: paho-mqtt5:out
                        parameters:
                          brokerUrl: "{{mqtt.url}}"
                          clientId: relay-out
                          qos: 1
            """;

    private static final String OTHER = """
            - route:
                id: other
                description: Logs, version %d.
                from:
                  uri: paho-mqtt5:other
                  parameters:
                    brokerUrl: "{{mqtt.url}}"
                    clientId: other
                    qos: 1
                  steps:
                    - log:
                        message: ${body}
                        %s: DEBUG
            """;

    @TempDir
    Path folder;

    private final ObjectMapper json = new ObjectMapper();
    private Bridge bridge;
    private Http http;
    private Ledger ledger;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(folder.resolve("artemis"));
        Files.createDirectories(folder.resolve("routes"));
        for (String file :
                new String[] {"http-show-routes.camel.yaml", "http-show-status.camel.yaml", "error-handling.camel.yaml"
                }) {
            Files.copy(Path.of("routes", file), folder.resolve("routes").resolve(file));
        }
        save("relay", RELAY.formatted(0));
        save("other", OTHER.formatted(0, "loggingLevel"));
        bridge = Bridge.start(TestSettings.in(folder));
        http = new Http(port("http"));
        ledger = new Ledger(folder.resolve("ledger"));
    }

    @AfterEach
    void stop() {
        ledger.close();
        bridge.close();
    }

    @Test
    void losesAndRepeatsNothingWhileAnotherFileIsSavedAHundredTimes() throws Exception {
        Ledger.Report report = underLoad(() -> {
            for (int i = 1; i <= 100; i++) {
                if (i % 3 == 0) {
                    String wrong = "levell" + i;
                    save("other", OTHER.formatted(i, wrong));
                    await().atMost(LIMIT)
                            .until(() ->
                                    state("other").path("last_error").asText().contains(wrong));
                } else {
                    save("other", OTHER.formatted(i, "loggingLevel"));
                    awaitVersion("other", i);
                }
            }
        });

        assertThat(report.lost()).as("%s", report).isEmpty();
        assertThat(report.duplicated()).as("%s", report).isEmpty();
        assertThat(report.disordered()).as("%s", report).isEmpty();
        assertThat(report.acknowledged()).isGreaterThan(LEAST);
    }

    /** What the old version had received and not begun, a window at most, comes again. */
    @Test
    void losesNothingAndKeepsOrderWhileItsOwnFileIsSaved() throws Exception {
        int saves = 20;
        Ledger.Report report = underLoad(() -> {
            for (int i = 1; i <= saves; i++) {
                save("relay", RELAY.formatted(i));
                awaitVersion("relay", i);
            }
        });

        assertThat(report.lost()).as("%s", report).isEmpty();
        assertThat(report.disordered()).as("%s", report).isEmpty();
        assertThat(report.duplicated()).as("%s", report).hasSizeLessThanOrEqualTo(saves * WINDOW);
    }

    private interface Edits {
        void make() throws Exception;
    }

    private Ledger.Report underLoad(Edits edits) throws Exception {
        LedgerOptions options = LedgerOptions.port(port("mqtt")).withRate(RATE);
        http.awaitConnected("relay");
        try (LedgerReceiver receiver = new LedgerReceiver(ledger, "receiver", "out", options).awaitSubscribed(LIMIT);
                LedgerPublisher publisher = new LedgerPublisher(ledger, "publisher", options)) {
            publisher.publishOn();
            await().atMost(LIMIT).until(() -> receiver.received() > RATE);
            edits.make();
            await().atMost(LIMIT.multipliedBy(5)).until(() -> publisher.acknowledged() > LEAST);
            publisher.stop().awaitAcknowledged(LIMIT.multipliedBy(5));
            return ledger.awaitAll(LIMIT.multipliedBy(5));
        }
    }

    private void awaitVersion(String name, int version) {
        await().atMost(LIMIT).until(() -> state(name)
                .path("routes")
                .path(0)
                .path("description")
                .asText()
                .endsWith("version " + version + "."));
    }

    private JsonNode state(String name) throws Exception {
        for (JsonNode file : json.readTree(http.get("/routes").body()).path("files")) {
            if (file.path("file").asText().equals(name + ".camel.yaml")) {
                return file;
            }
        }
        return MissingNode.getInstance();
    }

    private void save(String name, String text) throws Exception {
        Files.writeString(folder.resolve("routes").resolve(name + ".camel.yaml"), text);
    }

    private int port(String name) {
        Matcher matcher = Pattern.compile(name + "=\\S*?:(\\d+)").matcher(bridge.readyLine(Duration.ZERO));
        assertThat(matcher.find()).isTrue();
        return Integer.parseInt(matcher.group(1));
    }
}
