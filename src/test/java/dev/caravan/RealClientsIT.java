package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.CaravanProcess;
import dev.caravan.testkit.FaultProxy;
import dev.caravan.testkit.MqttProbe;
import dev.caravan.testkit.RealClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that users already have talk to the packaged jar: the shipped alert answers each of them. */
class RealClientsIT {

    private static final String ALERT = "{\"type\":\"high_temp\",\"value\":36.2}";

    @TempDir
    static Path folder;

    private static CaravanProcess caravan;

    @BeforeAll
    static void start() throws IOException {
        caravan = CaravanProcess.start(folder);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        caravan.close();
    }

    @Test
    void mosquittoClients() throws Exception {
        String pub = RealClient.require("mosquitto_pub", "mosquitto-clients");
        String sub = RealClient.require("mosquitto_sub", "mosquitto-clients");
        for (String version : new String[] {"mqttv31", "mqttv311", "mqttv5"}) {
            String topic = "sensors/mosquitto-" + version;
            try (MqttProbe probe = MqttProbe.connect(port()).subscribe(topic + "/#")) {
                RealClient.run(
                        pub,
                        "-p",
                        port() + "",
                        "-V",
                        version,
                        "-q",
                        "2",
                        "-r",
                        "-t",
                        topic + "/temperature",
                        "-m",
                        "36.2");
                probe.awaitMessage(topic + "/alert", ALERT);
            }
            String retained = RealClient.run(
                    sub, "-p", port() + "", "-V", version, "-q", "1", "-C", "1", "-W", "60", "-v", "-t", topic + "/#");
            assertThat(retained).isEqualTo(topic + "/temperature 36.2\n");
        }
    }

    @Test
    void pahoForPython() throws Exception {
        String python = RealClient.require("python3", "python3");
        python = Files.isExecutable(Path.of("/usr/bin/python3")) ? "/usr/bin/python3" : python;
        if (RealClient.run(python, "-c", "import paho.mqtt.client").contains("Error")) {
            RealClient.missing("paho for Python is not installed (Debian: python3-paho-mqtt)");
        }
        String script = """
                import sys, paho.mqtt.client as mqtt
                args = [mqtt.CallbackAPIVersion.VERSION1] if hasattr(mqtt, 'CallbackAPIVersion') else []
                c = mqtt.Client(*args, client_id='python')
                def on_connect(c, u, f, rc): c.subscribe('sensors/python/alert', 1)
                def on_subscribe(c, u, mid, qos): c.publish('sensors/python/temperature', '36.2', 1)
                def on_message(c, u, m): print(m.payload.decode()); c.disconnect()
                c.on_connect, c.on_subscribe, c.on_message = on_connect, on_subscribe, on_message
                c.connect('127.0.0.1', int(sys.argv[1])); c.loop_forever()
                """;
        assertThat(RealClient.run(python, "-W", "ignore", "-c", script, port() + ""))
                .isEqualTo(ALERT + "\n");
    }

    @Test
    void mqttJsOverWebSocket() throws Exception {
        String node = RealClient.require("node", "nodejs");
        String modules = System.getenv("CARAVAN_NODE_MODULES");
        if (modules == null) {
            RealClient.missing("CARAVAN_NODE_MODULES names no folder with MQTT.js (npm install mqtt)");
        }
        String script = """
                const c = require('mqtt').connect(process.argv[1], {protocolVersion: 5});
                c.on('connect', () => c.subscribe('sensors/js/alert', {qos: 1},
                    () => c.publish('sensors/js/temperature', '36.2', {qos: 1})));
                c.on('message', (t, m) => { console.log(m.toString()); c.end(); });
                c.on('error', e => { console.log(e.message); process.exit(1); });
                """;
        Process process = RealClient.start(
                Map.of("NODE_PATH", String.valueOf(modules)),
                node,
                "-e",
                script,
                "ws://127.0.0.1:" + caravan.port("ws") + "/mqtt");
        assertThat(RealClient.finish(process)).isEqualTo(ALERT + "\n");
    }

    @Test
    void pahoForJava() throws Exception {
        MqttClient client = new MqttClient("tcp://127.0.0.1:" + port(), "paho-java", new MemoryPersistence());
        client.connect(new MqttConnectionOptions());
        try (MqttProbe probe = MqttProbe.connect(port()).subscribe("sensors/paho/alert")) {
            client.publish("sensors/paho/temperature", new MqttMessage("36.2".getBytes(), 2, false, null));
            probe.awaitMessage("sensors/paho/alert", ALERT);
        }
        client.disconnect();
        client.close();
    }

    @Test
    void bridgesToMosquittoAndWaitsWhileItIsAway(@TempDir Path own) throws Exception {
        try (BridgesMosquitto remote = BridgesMosquitto.start(own);
                FaultProxy link = new FaultProxy(remote.port()).refuse();
                CaravanProcess bridge = CaravanProcess.start(own, "--bridge.cloud.url=tcp://127.0.0.1:" + link.port());
                MqttProbe local = MqttProbe.connect(bridge.port("mqtt")).subscribe("#")) {
            MqttProbe atRemote = MqttProbe.connect(remote.port()).subscribe("sensors/#");

            // The link is missing: the rest works, and what is meant for the remote waits.
            local.publish("sensors/d1/temperature", "36.2");
            local.awaitMessage("sensors/d1/alert", ALERT);
            assertThat(atRemote.received()).isEmpty();

            link.accept();
            atRemote.awaitMessage("sensors/d1/alert", ALERT);
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                atRemote.publish("commands/d1", "on");
                return local.received().stream().anyMatch(m -> m.topic().equals("commands/d1"));
            });

            link.refuse().cut();
            local.publish("sensors/d2/temperature", "1");
            link.accept();
            atRemote.awaitMessage("sensors/d2/temperature", "1");
            atRemote.close();
        }
    }

    private static int port() {
        return caravan.port("mqtt");
    }
}
