package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.exceptions.ConnectionClosedException;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.pubrec.Mqtt5PubRecReasonCode;
import dev.caravan.broker.Client.Received;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SysTopicsIT extends WithBroker {

    private static final String LAST = "$SYS/broker/connection/last/state";

    @ParameterizedTest
    @CsvSource({
        "$SYS/broker/routes/x/state",
        "$SYS/broker/version",
        "$SYS",
        "$SYS/broker/connection/x",
        "$SYS/broker/connection/x/y/state"
    })
    void dropsWhatClientsPublishThere(String topic) {
        broker.publishRetained(topic, "true");
        try (Client subscriber = Client.connect(5, port(), "sub").subscribe("$SYS/#");
                Client old = Client.connect(3, port(), "old");
                Client young = Client.connect(5, port(), "young")) {
            for (int qos = 0; qos <= 2; qos++) {
                old.publish(topic, qos, "false", true);
                old.publish(topic, qos, "", true);
            }
            young.publish(topic, 0, "false", true);
            assertThatThrownBy(() -> young.publish(topic, 1, "false", true))
                    .isInstanceOfSatisfying(Mqtt5PubAckException.class, e -> assertThat(
                                    e.getMqttMessage().getReasonCode())
                            .isEqualTo(Mqtt5PubAckReasonCode.NOT_AUTHORIZED));
            assertThatThrownBy(() -> young.publish(topic, 2, "false", true))
                    .isInstanceOfSatisfying(Mqtt5PubRecException.class, e -> assertThat(
                                    e.getMqttMessage().getReasonCode())
                            .isEqualTo(Mqtt5PubRecReasonCode.NOT_AUTHORIZED));
            old.publishEnd(LAST);

            assertThat(subscriber.receivedBeforeEnd(LAST)).containsExactly(new Received(topic, 1, true, "true"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void letsBridgesSayHowTheyAre(int version) {
        try (Client subscriber = Client.connect(5, port(), "sub").subscribe("$SYS/#");
                Client bridge = Client.connect(version, port(), "bridge")) {
            bridge.publish("$SYS/broker/connection/far.bridge/state", 1, "1", true);
            bridge.publish("$SYS/broker/connection/far/alert", 1, "full");
            bridge.publishEnd(LAST);

            assertThat(subscriber.receivedBeforeEnd(LAST))
                    .extracting(Received::payload)
                    .containsExactly("1", "full");
        }
    }

    /** Who subscribes right behind it gets it neither as a live message nor as a retained one otherwise. */
    @Test
    void returnsWhenSubscribersFindIt() throws Exception {
        OperationContext ofThisThread = broker.server().getStorageManager().getContext();
        ofThisThread.storeLineUp();
        CompletableFuture<Void> disk = CompletableFuture.runAsync(
                ofThisThread::done, CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));

        broker.publishRetained("$SYS/broker/version", "1");

        assertThat(BrokerQueues.retained(broker.server()))
                .extracting(BrokerQueues::retainedMessage)
                .doesNotContainNull()
                .hasSize(1);
        disk.join();
    }

    /** Artemis would publish it again and again until the session expires. */
    @Test
    void takesNoClientWithSuchAWill() {
        Mqtt5BlockingClient client = MqttClient.builder()
                .identifier("will")
                .serverHost("127.0.0.1")
                .serverPort(port())
                .useMqttVersion5()
                .willPublish()
                .topic("$SYS/broker/version")
                .applyWillPublish()
                .buildBlocking();

        assertThatThrownBy(client::connect).isInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void leavesOtherTopicsWithADollarAlone() {
        try (Client subscriber = Client.connect(5, port(), "sub").subscribe("$SYSTEM/#");
                Client publisher = Client.connect(5, port(), "pub")) {
            publisher.send("$SYSTEM/x", MqttQos.AT_LEAST_ONCE, "1", false);
            publisher.publishEnd("$SYSTEM/end");

            assertThat(subscriber.receivedBeforeEnd("$SYSTEM/end"))
                    .extracting(Received::payload)
                    .containsExactly("1");
        }
    }
}
