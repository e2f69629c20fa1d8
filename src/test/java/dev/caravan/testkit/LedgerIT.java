package dev.caravan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.broker.EmbeddedBroker;
import dev.caravan.testkit.Ledger.Report;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LedgerIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int WINDOW = 100;

    @TempDir
    Path folder;

    private EmbeddedBroker broker;
    private int port;
    private FaultProxy proxy;
    private Ledger ledger;

    @BeforeEach
    void start() throws Exception {
        port = Ports.free();
        broker = startBroker(port);
        proxy = new FaultProxy(port);
        ledger = new Ledger(folder.resolve("ledger"));
    }

    @AfterEach
    void stop() {
        ledger.close();
        proxy.close();
        broker.stop();
    }

    private EmbeddedBroker startBroker(int mqttPort) throws Exception {
        return EmbeddedBroker.start(
                TestSettings.in(folder, "mqtt.port", Integer.toString(mqttPort)), (topic, message) -> {});
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void losesNothingAndKeepsOrderThroughCutsOnBothSides(boolean mqtt3) throws Exception {
        LedgerOptions options = LedgerOptions.port(proxy.port()).withRate(5_000);
        if (mqtt3) {
            options = options.withMqtt3();
        }
        try (LedgerReceiver receiver =
                        new LedgerReceiver(ledger, "receiver", "ledger/#", options).awaitSubscribed(LIMIT);
                LedgerPublisher publisher = new LedgerPublisher(ledger, "publisher", options)) {
            publisher.publishOn();
            for (int round = 1; round <= 3; round++) {
                long goal = publisher.acknowledged() + 2_000;
                await().atMost(LIMIT)
                        .until(() ->
                                publisher.acknowledged() > goal && publisher.isConnected() && receiver.isSubscribed());
                proxy.reset();
            }
            publisher.stop().awaitAcknowledged(LIMIT);

            Report report = ledger.awaitAll(LIMIT);

            assertThat(report.lost()).as("%s", report).isEmpty();
            assertThat(report.disordered()).as("%s", report).isEmpty();
            assertThat(report.unexpected()).as("%s", report).isEmpty();
            assertThat(report.acknowledged()).isGreaterThan(6_000).isEqualTo(publisher.acknowledged());
            assertThat(receiver.received()).isGreaterThanOrEqualTo(report.received());
            assertThat(Files.readAllLines(folder.resolve("ledger/acknowledged.log")))
                    .hasSize((int) report.acknowledged());
            assertThat(proxy.accepted()).isGreaterThanOrEqualTo(8);
        }
    }

    @Test
    void repeatsAtMostTheWindowAfterACut() {
        LedgerOptions direct = LedgerOptions.port(port);
        try (LedgerReceiver receiver =
                        new LedgerReceiver(ledger, "receiver", "ledger/#", direct).awaitSubscribed(LIMIT);
                LedgerPublisher publisher = new LedgerPublisher(
                        ledger, "publisher", LedgerOptions.port(proxy.port()).withWindow(WINDOW))) {
            // The broker takes a whole window, its answers get lost.
            await().atMost(LIMIT).until(publisher::isConnected);
            proxy.stall(FaultProxy.Direction.TO_CLIENT);
            publisher.publish(1_000);
            await().atMost(LIMIT).until(() -> receiver.received() == WINDOW);

            proxy.cut().flow();
            publisher.awaitAcknowledged(LIMIT);

            await().atMost(LIMIT).until(() -> receiver.received() == 1_000 + WINDOW);
            Report report = ledger.compare();
            assertThat(report.duplicated()).as("%s", report).hasSize(WINDOW);
            assertThat(report.disordered()).as("%s", report).isEmpty();
            assertThat(report.lost()).as("%s", report).isEmpty();
        }
    }

    @Test
    void goesOnWithABrokerThatComesBackOnItsPort() throws Exception {
        LedgerOptions options = LedgerOptions.port(port).withRate(2_000);
        try (LedgerReceiver receiver =
                        new LedgerReceiver(ledger, "receiver", "ledger/#", options).awaitSubscribed(LIMIT);
                LedgerPublisher publisher = new LedgerPublisher(ledger, "publisher", options).publish(4_000)) {
            await().atMost(LIMIT).until(() -> publisher.acknowledged() > 1_000);

            broker.stop();
            broker = startBroker(port);
            publisher.awaitAcknowledged(LIMIT);

            Report report = ledger.awaitAll(LIMIT);
            assertThat(report.lost()).as("%s", report).isEmpty();
            assertThat(report.disordered()).as("%s", report).isEmpty();
            assertThat(report.acknowledged()).isEqualTo(4_000);
            assertThat(receiver.isSubscribed()).isTrue();
        }
    }

    @Test
    void seesLossDuplicateAndDisorderThatSomeoneElseMade() {
        LedgerOptions options = LedgerOptions.port(port).withTopics("ledger/0");
        try (LedgerReceiver receiver = new LedgerReceiver(ledger, "receiver", "out/#", options).awaitSubscribed(LIMIT);
                LedgerPublisher publisher = new LedgerPublisher(ledger, "publisher", options);
                MqttProbe bridge = MqttProbe.connect(port)) {
            publisher.publish(5).awaitAcknowledged(LIMIT);
            for (int sequence : new int[] {0, 3, 1, 3}) {
                bridge.publish("out/0", new Ledger.Id("publisher", sequence, "ledger/0").payload(0));
            }
            bridge.publish("out/0", "noise");
            await().atMost(LIMIT).until(() -> receiver.received() == 5);

            assertThat(ledger.compare())
                    .hasToString("acknowledged 5, received 3, lost 2 [publisher 2 ledger/0, publisher 4 ledger/0], "
                            + "duplicated 1 [publisher 3 ledger/0], disordered 1 [publisher 1 ledger/0], "
                            + "unexpected 1 [noise]");
        }
    }
}
