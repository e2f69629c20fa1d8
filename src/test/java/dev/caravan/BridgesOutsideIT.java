package dev.caravan;

import static dev.caravan.BridgesSite.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.testkit.FaultProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bridges whose local broker is somebody else's ({@code broker.embedded=false}). */
class BridgesOutsideIT {

    @TempDir
    Path folders;

    private AutoCloseable broker = () -> {};

    @AfterEach
    void stop() throws Exception {
        broker.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void sendsAndFetchesAndSurvivesCutsOnEitherSide(boolean mosquitto) throws Exception {
        int localPort = localBroker(mosquitto);
        try (BridgesSite there = BridgesSite.start(folders.resolve("there"));
                FaultProxy link = new FaultProxy(there.port());
                FaultProxy localLink = new FaultProxy(localPort);
                BridgesSite here = BridgesSite.start(
                        folders.resolve("here"),
                        "broker.embedded",
                        "false",
                        "mqtt.url",
                        "tcp://127.0.0.1:" + localLink.port());
                BridgesClient local = BridgesClient.connect(localPort).subscribe("in/#");
                BridgesClient remote = there.client().subscribe("far/#")) {
            here.connect("up", link.port(), "o/# out 1 \"\" far/", "in/# in 1");
            awaitCrossing(local, "o/ready", remote, "far/o/ready");
            awaitCrossing(remote, "in/ready", local, "in/ready");
            JsonNode state = here.bridge("up");
            assertThat(state.path("buffered").asLong()).isEqualTo(-1);
            assertThat(state.path("buffered_bytes").asLong()).isEqualTo(-1);

            link.refuse().cut();
            publish(local, "o/a", 0, 50);
            publish(remote, "in/a", 0, 50);
            link.accept();
            remote.awaitLast("far/o/a", "49");
            local.awaitLast("in/a", "49");

            localLink.refuse().cut();
            publish(local, "o/a", 50, 100);
            publish(remote, "in/a", 50, 100);
            localLink.accept();
            remote.awaitLast("far/o/a", "99");
            local.awaitLast("in/a", "99");

            List<String> all = IntStream.range(0, 100).mapToObj(i -> "" + i).toList();
            assertThat(remote.payloads("far/o/a").stream().distinct()).containsExactlyElementsOf(all);
            assertThat(local.payloads("in/a").stream().distinct()).containsExactlyElementsOf(all);
        }
    }

    @Test
    void keepsWhatWaitsOverARestart() throws Exception {
        int localPort = localBroker(true);
        try (BridgesSite there = BridgesSite.start(folders.resolve("there"));
                FaultProxy link = new FaultProxy(there.port());
                BridgesSite here = BridgesSite.start(
                        folders.resolve("here"),
                        "broker.embedded",
                        "false",
                        "mqtt.url",
                        "tcp://127.0.0.1:" + localPort);
                BridgesClient local = BridgesClient.connect(localPort);
                BridgesClient remote = there.client().subscribe("o/#")) {
            here.connect("up", link.port(), "o/# out 1");
            awaitCrossing(local, "o/ready", remote, "o/ready");

            link.refuse().cut();
            publish(local, "o/a", 0, 250);
            here.restart();
            link.accept();

            remote.awaitLast("o/a", "249");
            assertThat(remote.payloads("o/a").stream().distinct())
                    .containsExactlyElementsOf(
                            IntStream.range(0, 250).mapToObj(i -> "" + i).toList());
        }
    }

    @Test
    void goesRoundNoLoop() throws Exception {
        int localPort = localBroker(true);
        try (BridgesSite there = BridgesSite.start(folders.resolve("there"));
                BridgesSite here = BridgesSite.start(
                        folders.resolve("here"),
                        "broker.embedded",
                        "false",
                        "mqtt.url",
                        "tcp://127.0.0.1:" + localPort);
                BridgesClient local = BridgesClient.connect(localPort).subscribe("x/#");
                BridgesClient remote = there.client().subscribe("x/#")) {
            here.save("up", to(there.port()), "x/# both 1");
            awaitCrossing(local, "x/ready", remote, "x/ready");
            awaitCrossing(remote, "x/ready2", local, "x/ready2");
            publish(local, "x/a", 0, 50);
            publish(remote, "x/b", 0, 50);
            remote.awaitLast("x/a", "49");
            local.awaitLast("x/b", "49");
            publish(local, "x/end", 0, 1);
            remote.awaitLast("x/end", "0");
            local.awaitLast("x/end", "0").awaitLast("x/a", "49");
            remote.awaitLast("x/b", "49");

            for (String topic : List.of("x/a", "x/b")) {
                assertThat(local.payloads(topic)).as(topic).hasSize(50);
                assertThat(remote.payloads(topic)).as(topic).hasSize(50);
            }
        }
    }

    private int localBroker(boolean mosquitto) throws Exception {
        if (mosquitto) {
            BridgesMosquitto started = BridgesMosquitto.start(folders, "max_queued_messages 0");
            broker = started;
            return started.port();
        }
        BridgesSite started = BridgesSite.start(folders.resolve("local"));
        broker = started;
        return started.port();
    }

    private static void publish(BridgesClient client, String topic, int from, int to) {
        for (int i = from; i < to; i++) {
            client.publish(topic, "" + i);
        }
    }

    private static void awaitCrossing(BridgesClient from, String topic, BridgesClient to, String arrival) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            from.publish(topic, "x");
            return !to.received(arrival).isEmpty();
        });
    }
}
