package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.CaravanProcess;
import dev.caravan.testkit.Http;
import dev.caravan.testkit.MqttProbe;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code broker.embedded=false} every shipped route runs against somebody else's broker. */
class OutsideBrokerIT {

    @TempDir
    Path folder;

    @TempDir
    Path outside;

    @TempDir
    Path cloud;

    @Test
    void runsEveryShippedRouteAgainstAnOutsideBroker() throws Exception {
        try (CaravanProcess broker = CaravanProcess.start(outside, "--mqtt.client-id=broker");
                CaravanProcess remote = CaravanProcess.start(cloud);
                CaravanProcess caravan = CaravanProcess.start(
                        folder,
                        "--broker.embedded=false",
                        "--mqtt.client-id=outside",
                        "--mqtt.url=tcp://127.0.0.1:" + broker.port("mqtt"),
                        "--bridge.cloud.url=tcp://127.0.0.1:" + remote.port("mqtt"));
                MqttProbe probe = MqttProbe.connect(broker.port("mqtt")).subscribe("#");
                MqttProbe atRemote = MqttProbe.connect(remote.port("mqtt")).subscribe("#")) {
            assertThat(caravan.readyLine()).doesNotContain(" mqtt=127");
            Http http = new Http(caravan.port("http"));
            http.awaitConnected("bridge cloud");
            http.awaitConnected("csv-log-readings: in sensors/+/data");
            http.awaitConnected("alert-high-temperature: in sensors/+/temperature");
            http.awaitConnected("store-keep-messages: in #");
            http.awaitConnected("device-log-status: in devices/+/status");

            probe.publish("sensors/d1/data", "{\"temperature\":21.5}");
            probe.publish("sensors/d1/temperature", "36.2");
            probe.publish("devices/d1/status", "online");
            atRemote.publish("commands/d1", "on");
            http.post("/publish", "{\"topic\":\"from/http\",\"payload\":\"x\"}");

            probe.awaitMessage("sensors/d1/alert", "{\"type\":\"high_temp\",\"value\":36.2}");
            probe.awaitMessage("commands/d1", "on");
            probe.awaitMessage("from/http", "x");
            atRemote.awaitMessage("sensors/d1/temperature", "36.2");
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                assertThat(folder.resolve("data/csv/sensor_data.csv")).content().contains(",d1,21.5,,");
                assertThat(caravan.standardError()).contains("devices/d1/status is online");
                assertThat(http.get("/subscribe?topic=sensors/d1/temperature").body())
                        .contains("36.2");
            });
        }
    }
}
