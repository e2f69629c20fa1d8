package dev.caravan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import dev.caravan.testkit.BrokerScript.Answer;
import dev.caravan.testkit.BrokerScript.Kind;
import dev.caravan.testkit.ScriptedBroker.Connect;
import dev.caravan.testkit.ScriptedBroker.Message;
import dev.caravan.testkit.ScriptedBroker.Will;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(600)
class ScriptedBrokerTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final ScriptedBroker broker = new ScriptedBroker();
    private final Mqtt5AsyncClient client =
            builder().identifier("five").useMqttVersion5().buildAsync();

    @AfterEach
    void close() {
        broker.close();
    }

    private com.hivemq.client.mqtt.MqttClientBuilder builder() {
        return MqttClient.builder().serverHost("127.0.0.1").serverPort(broker.port());
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(60, TimeUnit.SECONDS);
    }

    private CompletableFuture<Mqtt5PublishResult> publish(String topic, MqttQos qos) {
        return client.publishWith()
                .topic(topic)
                .qos(qos)
                .payload("x".getBytes(StandardCharsets.UTF_8))
                .userProperties()
                .add("k", "1")
                .add("k", "2")
                .applyUserProperties()
                .send();
    }

    @Test
    void takesMessagesOfEveryQos() throws Exception {
        get(client.connect());

        for (MqttQos qos : MqttQos.values()) {
            get(publish("a/" + qos.getCode(), qos));
        }

        await().atMost(LIMIT).until(() -> broker.taken().size() == 3);
        assertThat(broker.received())
                .isEqualTo(broker.taken())
                .extracting(Message::qos)
                .containsExactly(0, 1, 2);
        assertThat(broker.received().get(2).userProperties()).containsExactly(Map.entry("k", "1"), Map.entry("k", "2"));
        assertThat(broker.maxUnacknowledged()).isEqualTo(1);
    }

    @Test
    void speaksMqtt3() throws Exception {
        Mqtt3AsyncClient old = builder().identifier("three").useMqttVersion3().buildAsync();
        List<String> heard = new CopyOnWriteArrayList<>();
        get(old.connect());
        get(old.subscribeWith()
                .topicFilter("b/#")
                .qos(MqttQos.EXACTLY_ONCE)
                .callback(m -> heard.add(new String(m.getPayloadAsBytes(), StandardCharsets.UTF_8)))
                .send());
        get(old.publishWith().topic("a").qos(MqttQos.EXACTLY_ONCE).retain(true).send());

        broker.publish("b", "0", 0).publish("b/1", "1", 1).publish("b/2", "2", 2);

        await().atMost(LIMIT).until(() -> broker.acknowledgedByClients() == 2);
        assertThat(heard).containsExactly("0", "1", "2");
        assertThat(broker.taken()).singleElement().matches(Message::retain);
        assertThat(broker.connects())
                .singleElement()
                .extracting(Connect::version)
                .isEqualTo(4);
        get(old.unsubscribeWith().topicFilter("b/#").send());
        assertThat(broker.subscriptions()).isEmpty();
    }

    @Test
    void remembersHowClientsConnect() throws Exception {
        get(client.connectWith()
                .cleanStart(false)
                .keepAlive(33)
                .simpleAuth()
                .username("me")
                .password("secret".getBytes(StandardCharsets.UTF_8))
                .applySimpleAuth()
                .willPublish()
                .topic("gone")
                .payload("1".getBytes(StandardCharsets.UTF_8))
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .applyWillPublish()
                .send());

        Connect connect = broker.connects().get(0);
        assertThat(connect.clientId()).isEqualTo("five");
        assertThat(connect.version()).isEqualTo(5);
        assertThat(connect.cleanStart()).isFalse();
        assertThat(connect.keepAlive()).isEqualTo(33);
        assertThat(connect.user()).isEqualTo("me");
        assertThat(connect.password()).isEqualTo("secret");
        assertThat(connect.will()).isEqualTo(new Will("gone", "1", 1, true));
        assertThat(broker.attempts()).hasSize(1);
        assertThat(broker.open()).isEqualTo(1);
    }

    @Test
    void grantsWhatItsScriptSays() throws Exception {
        broker.script()
                .sessionPresent(true)
                .receiveMaximum(3)
                .maximumQos(1)
                .retainAvailable(false)
                .maximumPacketSize(200)
                .serverKeepAlive(7);

        Mqtt5ConnAck connAck = get(client.connectWith().cleanStart(false).send());

        assertThat(connAck.isSessionPresent()).isTrue();
        assertThat(connAck.getServerKeepAlive().getAsInt()).isEqualTo(7);
        assertThat(connAck.getRestrictions().getReceiveMaximum()).isEqualTo(3);
        assertThat(connAck.getRestrictions().getMaximumQos()).isEqualTo(MqttQos.AT_LEAST_ONCE);
        assertThat(connAck.getRestrictions().isRetainAvailable()).isFalse();
        assertThat(connAck.getRestrictions().getMaximumPacketSize()).isEqualTo(200);
    }

    @Test
    void refusesWithReasonCodes() throws Exception {
        broker.script().connAck(0x87);
        assertThatThrownBy(() -> get(client.connect())).hasCauseInstanceOf(Mqtt5ConnAckException.class);

        broker.script().behave().subAck((filter, qos) -> 0x8F).onPublish(message -> Answer.reason(0x97));
        get(client.connect());
        assertThatThrownBy(() -> get(client.subscribeWith().topicFilter("a").send()))
                .hasCauseInstanceOf(Mqtt5SubAckException.class);
        assertThatThrownBy(() -> get(publish("a", MqttQos.AT_LEAST_ONCE)))
                .hasCauseInstanceOf(Mqtt5PubAckException.class);
        assertThat(broker.received()).hasSize(1);
        assertThat(broker.taken()).isEmpty();
    }

    @Test
    void holdsAnswersBack() throws Exception {
        broker.script().onPublish(message -> Answer.of(Kind.HOLD));
        List<String> done = new CopyOnWriteArrayList<>();
        get(client.connect());
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (String topic : List.of("a", "b", "c")) {
            all.add(publish(topic, MqttQos.AT_LEAST_ONCE).thenRun(() -> done.add(topic)));
        }
        await().atMost(LIMIT).until(() -> broker.received().size() == 3);
        assertThat(done).isEmpty();

        broker.acknowledgeHeld(true);

        get(CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)));
        assertThat(broker.taken()).extracting(Message::topic).containsExactly("c", "b", "a");
        assertThat(broker.maxUnacknowledged()).isEqualTo(3);
    }

    @Test
    void answersLate() throws Exception {
        broker.script().onPublish(message -> Answer.late(Duration.ofMillis(200)));
        get(client.connect());
        long begin = System.nanoTime();

        get(publish("a", MqttQos.EXACTLY_ONCE));

        assertThat(System.nanoTime() - begin).isGreaterThan(200_000_000);
    }

    @Test
    void countsWhatAWindowLeavesUnacknowledged(@TempDir Path folder) {
        broker.script().onPublish(message -> Answer.of(Kind.NEVER));
        try (Ledger ledger = new Ledger(folder);
                LedgerPublisher publisher = new LedgerPublisher(
                        ledger, "p", LedgerOptions.port(broker.port()).withWindow(7))) {
            publisher.publish(20);
            await().atMost(LIMIT).until(() -> broker.received().size() == 7);

            broker.script().behave();
            broker.disconnect(0x8B);
            publisher.awaitAcknowledged(LIMIT);

            assertThat(broker.maxUnacknowledged()).isEqualTo(7);
            List<String> payloads =
                    broker.received().stream().map(Message::payload).toList();
            assertThat(payloads.subList(7, 14)).isEqualTo(payloads.subList(0, 7));
            assertThat(broker.taken()).hasSize(20);
            assertThat(broker.attempts()).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "garbage"})
    void breaksTheConnectionAtOneTopic(String how) throws Exception {
        if (how.equals("close")) {
            broker.script().closeOn("poison");
        } else {
            broker.script()
                    .onPublish(message -> message.topic().equals("poison") ? Answer.of(Kind.GARBAGE) : Answer.ok());
        }
        get(client.connect());
        get(publish("a", MqttQos.AT_LEAST_ONCE));

        assertThatThrownBy(() -> get(publish("poison", MqttQos.AT_LEAST_ONCE))).isNotNull();

        await().atMost(LIMIT).until(() -> broker.open() == 0);
        assertThat(broker.received()).hasSize(2);
        assertThat(broker.taken()).hasSize(1);
    }

    @Test
    void answersConnectWithGarbageOrNothing() throws Exception {
        broker.script().garbage(true);
        assertThatThrownBy(() -> get(client.connect())).isNotNull();

        broker.script().behave().mute(true);
        CompletableFuture<Mqtt5ConnAck> connecting = client.connect();
        await().atMost(LIMIT).until(() -> broker.connects().size() == 2);
        assertThat(connecting).isNotDone();
    }

    @Test
    void leavesPingsUnanswered() throws Exception {
        broker.script().answerPings(false);
        get(client.connectWith().keepAlive(1).send());

        await().atMost(LIMIT).until(() -> broker.open() == 0);
    }

    @Test
    void answersPings() throws Exception {
        client.publishes(MqttGlobalPublishFilter.ALL, m -> {});
        get(client.connectWith().keepAlive(2).send());

        await().during(Duration.ofSeconds(6)).until(() -> broker.open() == 1);
    }
}
