package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.testkit.Http;
import dev.caravan.testkit.TestSettings;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP in front of the embedded broker: what the broker would close the connection for never reaches it. */
class BridgeIT {

    @TempDir
    private Path folder;

    private Bridge bridge;
    private Http http;

    @BeforeEach
    void start() throws Exception {
        bridge = Bridge.start(TestSettings.in(folder, "routes.directory", "routes", "artemis.directory", "artemis"));
        Matcher port = Pattern.compile(" http=\\S*?:(\\d+)").matcher(bridge.readyLine(Duration.ZERO));
        assertThat(port.find()).isTrue();
        http = new Http(Integer.parseInt(port.group(1)));
    }

    @AfterEach
    void stop() {
        bridge.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a::b", "activemq/management", "ActiveMQ.notifications"})
    void refusesTopicsOfTheBrokerItself(String topic) throws Exception {
        HttpResponse<String> refused = http.post("/publish", "{\"topic\":\"" + topic + "\",\"payload\":\"x\"}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("topic must not contain ::");
        assertOthersPublish();
    }

    @Test
    void refusesWhatIsLargerThanTheBrokersLargestPacket() throws Exception {
        int limit = 2 * 1024 * 1024;

        assertThat(publish(limit - 200).statusCode()).isEqualTo(200);
        HttpResponse<String> refused = publish(limit - 20);

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).startsWith("{\"error\":");
        assertOthersPublish();
    }

    private HttpResponse<String> publish(int payloadBytes) throws Exception {
        return http.post("/publish", "{\"topic\":\"large\",\"payload\":\"" + "x".repeat(payloadBytes) + "\"}");
    }

    private void assertOthersPublish() throws Exception {
        assertThat(http.post("/publish", "{\"topic\":\"fine\",\"payload\":\"x\"}")
                        .statusCode())
                .isEqualTo(200);
    }
}
