package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import dev.caravan.broker.QueueBounds.WhenFull;
import dev.caravan.testkit.TestSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwardQueueIT {

    private static final QueueBounds WIDE = new QueueBounds(1_000_000, 1_000_000_000, WhenFull.DROP_OLDEST, false);
    private static final Predicate<BrokerMessage> SENSORS =
            message -> message.topic().startsWith("sensors/");

    @TempDir
    Path folder;

    private EmbeddedBroker broker;
    private Mqtt5BlockingClient client;

    /** Takes messages while it is ready, and acknowledges them at once or when told. */
    private static final class Elsewhere implements ForwardQueue.Receiver {

        private final List<BrokerMessage> taken = new CopyOnWriteArrayList<>();
        private final List<BrokerMessage> dropped = new CopyOnWriteArrayList<>();
        private final List<BrokerMessage> missed = new CopyOnWriteArrayList<>();
        private final ConcurrentLinkedQueue<Runnable> pending = new ConcurrentLinkedQueue<>();
        private volatile byte[] lastPayload = {};
        private volatile boolean ready;
        private volatile boolean acknowledges;

        Elsewhere(boolean ready, boolean acknowledges) {
            this.ready = ready;
            this.acknowledges = acknowledges;
        }

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void take(BrokerMessage message, Runnable acknowledge) {
            lastPayload = message.payload();
            taken.add(message);
            pending.add(acknowledge);
            if (acknowledges) {
                acknowledge(1);
            }
        }

        @Override
        public void dropped(BrokerMessage message) {
            dropped.add(message);
        }

        @Override
        public void missed(BrokerMessage message) {
            missed.add(message);
        }

        void acknowledge(int messages) {
            for (int i = 0; i < messages; i++) {
                pending.remove().run();
            }
        }

        List<String> payloads() {
            return taken.stream().map(ForwardQueueIT::text).toList();
        }
    }

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(TestSettings.in(folder), (topic, payload) -> {});
        client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(broker.port("mqtt").orElseThrow())
                .buildBlocking();
        client.connect();
    }

    @AfterEach
    void stop() {
        broker.stop();
    }

    @Test
    void handsOutWhatIsWantedInOrderAndForgetsWhatIsAcknowledged() {
        Elsewhere elsewhere = new Elsewhere(true, true);
        ForwardQueue queue = broker.forwardQueues().open("site", WIDE, 10, SENSORS, elsewhere);
        for (int i = 0; i < 500; i++) {
            publish("sensors/" + i % 3, i);
            publish("other/" + i % 3, i);
        }
        await().until(() -> elsewhere.taken.size() == 500 && queue.messages() == 0);
        assertThat(elsewhere.payloads()).containsExactlyElementsOf(numbers(0, 500));
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void passesThePropertiesOfMqtt5() {
        Elsewhere elsewhere = new Elsewhere(true, true);
        broker.forwardQueues().open("site", WIDE, 10, SENSORS, elsewhere);
        client.publishWith()
                .topic("sensors/a//b")
                .qos(MqttQos.EXACTLY_ONCE)
                .retain(true)
                .payload("x".getBytes(StandardCharsets.UTF_8))
                .contentType("text/plain")
                .responseTopic("answers")
                .correlationData(new byte[] {1, 2})
                .messageExpiryInterval(60)
                .userProperties()
                .add("b.c", "1")
                .add("a", "2")
                .add("b.c", "3")
                .applyUserProperties()
                .send();
        await().until(() -> elsewhere.taken.size() == 1);
        BrokerMessage message = elsewhere.taken.get(0);
        assertThat(message.topic()).isEqualTo("sensors/a//b");
        assertThat(message.qos()).isEqualTo(2);
        assertThat(message.retained()).isTrue();
        assertThat(message.contentType()).isEqualTo("text/plain");
        assertThat(message.responseTopic()).isEqualTo("answers");
        assertThat(message.correlationData()).containsExactly(1, 2);
        assertThat(message.expiresMillis().orElseThrow()).isGreaterThan(System.currentTimeMillis());
        assertThat(message.userProperties())
                .containsExactly(Map.entry("b.c", "1"), Map.entry("a", "2"), Map.entry("b.c", "3"));
    }

    @Test
    void handsOutAgainInPlaceWhatWasNotAcknowledged() throws Exception {
        Elsewhere first = new Elsewhere(true, false);
        broker.forwardQueues().open("site", WIDE, 10, SENSORS, first);
        IntStream.range(0, 50).forEach(i -> publish("sensors/a", i));
        await().until(() -> first.taken.size() == 10);
        broker.forwardQueues().close("site");
        IntStream.range(50, 60).forEach(i -> publish("sensors/a", i));

        Elsewhere second = new Elsewhere(true, false);
        broker.forwardQueues().open("site", WIDE, 10, SENSORS, second);
        await().until(() -> second.taken.size() == 10);
        second.acknowledge(10);
        // The broker is asked again once a quarter of the window is free, so the last few may wait.
        await().until(() -> second.taken.size() >= 17);

        // The ten that are out come back with the broker.
        broker.stop();
        start();
        Elsewhere third = new Elsewhere(true, true);
        broker.forwardQueues().open("site", WIDE, 10, SENSORS, third);
        await().untilAsserted(() -> assertThat(third.payloads()).hasSizeGreaterThanOrEqualTo(50));
        assertThat(first.payloads()).containsExactlyElementsOf(numbers(0, 10));
        assertThat(second.payloads())
                .containsExactlyElementsOf(numbers(0, second.payloads().size()));
        assertThat(third.payloads()).containsExactlyElementsOf(numbers(10, 60));
    }

    @Test
    void collectsBetweenTheStartAndTheOpening() throws Exception {
        broker.forwardQueues().open("site", WIDE, 10, SENSORS, new Elsewhere(true, true));
        broker.stop();
        start();
        publish("other/a", 0);
        publish("sensors/a", 1);
        Elsewhere later = new Elsewhere(true, true);
        ForwardQueue queue = broker.forwardQueues().open("site", WIDE, 10, SENSORS, later);
        await().until(() -> later.taken.size() == 1 && queue.messages() == 0);
    }

    @Test
    void dropsTheOldestOfTooManyMessages() {
        Elsewhere elsewhere = new Elsewhere(false, true);
        ForwardQueue queue = broker.forwardQueues()
                .open("site", new QueueBounds(10, 1_000_000, WhenFull.DROP_OLDEST, false), 5, SENSORS, elsewhere);
        IntStream.range(0, 25).forEach(i -> publish("sensors/a", i));
        await().until(() -> queue.messages() == 10 && queue.dropped() == 15);
        elsewhere.ready = true;
        queue.wake();
        await().until(() -> elsewhere.taken.size() == 10 && elsewhere.dropped.size() == 15);
        assertThat(elsewhere.payloads()).containsExactlyElementsOf(numbers(15, 25));
        assertThat(elsewhere.dropped.stream().map(ForwardQueueIT::text)).containsExactlyElementsOf(numbers(0, 15));
    }

    @Test
    void dropsTheNewestOfTooManyMessages() {
        Elsewhere elsewhere = new Elsewhere(false, true);
        ForwardQueue queue = broker.forwardQueues()
                .open("site", new QueueBounds(10, 1_000_000, WhenFull.DROP_NEWEST, false), 5, SENSORS, elsewhere);
        for (int i = 0; i < 25; i++) {
            publish("sensors/a", i);
            long expected = Math.min(i + 1, 10);
            await().until(() -> queue.messages() == expected);
        }
        assertThat(queue.dropped()).isEqualTo(15);
        elsewhere.ready = true;
        queue.wake();
        await().until(() -> elsewhere.taken.size() == 10);
        assertThat(elsewhere.payloads()).containsExactlyElementsOf(numbers(0, 10));
    }

    @Test
    void dropsByBytesToo() {
        Elsewhere elsewhere = new Elsewhere(false, true);
        ForwardQueue queue = broker.forwardQueues()
                .open("site", new QueueBounds(1_000, 100_000, WhenFull.DROP_OLDEST, false), 5, SENSORS, elsewhere);
        for (int i = 0; i < 20; i++) {
            client.publishWith()
                    .topic("sensors/a")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(new byte[10_000])
                    .send();
        }
        await().until(() -> queue.dropped() >= 10 && queue.bytes() <= 100_000);
        assertThat(queue.messages()).isBetween(5L, 10L);
    }

    @Test
    void tellsThePublisherThatTheQueueIsFull() {
        Elsewhere elsewhere = new Elsewhere(false, true);
        ForwardQueue queue = broker.forwardQueues()
                .open("site", new QueueBounds(3, 1_000_000, WhenFull.REJECT, false), 5, SENSORS, elsewhere);
        for (int i = 0; i < 3; i++) {
            publish("sensors/a", i);
            long expected = i + 1;
            await().until(() -> queue.messages() == expected);
        }
        assertThatThrownBy(() -> publish("sensors/a", 3))
                .isInstanceOfSatisfying(Mqtt5PubAckException.class, refusal -> assertThat(
                                refusal.getMqttMessage().getReasonCode())
                        .isEqualTo(Mqtt5PubAckReasonCode.QUOTA_EXCEEDED));
        publish("other/a", 4);
        Mqtt3BlockingClient old = MqttClient.builder()
                .useMqttVersion3()
                .serverHost("127.0.0.1")
                .serverPort(broker.port("mqtt").orElseThrow())
                .buildBlocking();
        old.connect();
        assertThatThrownBy(() -> old.publishWith()
                        .topic("sensors/a")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .send())
                .isNotNull();
        elsewhere.ready = true;
        queue.wake();
        await().until(() -> queue.messages() == 0);
        publish("sensors/a", 5);
        await().until(() -> elsewhere.taken.size() == 4);
        assertThat(elsewhere.payloads()).containsExactlyElementsOf(List.of("0", "1", "2", "5"));
    }

    @Test
    void tellsThePublisherAlsoWhileNobodyHasTheQueueOpen() {
        ForwardQueue queue = broker.forwardQueues()
                .open(
                        "site",
                        new QueueBounds(3, 1_000_000, WhenFull.REJECT, false),
                        5,
                        SENSORS,
                        new Elsewhere(false, true));
        broker.forwardQueues().close("site");
        for (int i = 0; i < 3; i++) {
            publish("sensors/a", i);
            long expected = i + 1;
            await().until(() -> queue.messages() == expected);
        }
        assertThatThrownBy(() -> publish("sensors/a", 3)).isInstanceOf(Mqtt5PubAckException.class);
        assertThat(queue.messages()).isEqualTo(3);
    }

    @Test
    void keepsQos0OutWhileNothingFlows() {
        Elsewhere elsewhere = new Elsewhere(true, true);
        ForwardQueue queue = broker.forwardQueues().open("site", WIDE, 5, SENSORS, elsewhere);
        publish0("sensors/a", 1);
        publish("sensors/a", 2);
        await().until(() -> elsewhere.taken.size() == 1);
        queue.setFlowing(true);
        publish0("sensors/a", 3);
        await().until(() -> elsewhere.taken.size() == 2);
        assertThat(elsewhere.payloads()).containsExactly("2", "3");
        assertThat(elsewhere.missed).hasSize(1);
    }

    @Test
    void givesANewQueueTheRetainedMessages() {
        for (int i = 0; i < 300; i++) {
            client.publishWith()
                    .topic("sensors/" + i)
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .retain(true)
                    .payload(Integer.toString(i).getBytes(StandardCharsets.UTF_8))
                    .send();
        }
        Elsewhere first = new Elsewhere(true, true);
        Predicate<BrokerMessage> even = message -> SENSORS.test(message) && Integer.parseInt(text(message)) % 2 == 0;
        ForwardQueue queue = broker.forwardQueues().open("site", WIDE, 5, even, first);
        await().until(() -> first.taken.size() == 150 && queue.messages() == 0);
        assertThat(first.taken).allMatch(BrokerMessage::retained);
        broker.forwardQueues().close("site");
        Elsewhere second = new Elsewhere(true, true);
        broker.forwardQueues().open("site", WIDE, 5, SENSORS, second);
        await().until(() -> second.taken.size() == 150);
        assertThat(second.taken).noneMatch(even);
    }

    @Test
    void bearsMessagesLargerThanAPageOfTheJournal() {
        Elsewhere elsewhere = new Elsewhere(true, true);
        ForwardQueue queue = broker.forwardQueues().open("site", WIDE, 5, SENSORS, elsewhere);
        byte[] large = new byte[1_500_000];
        large[large.length - 1] = 7;
        client.publishWith()
                .topic("sensors/a")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(large)
                .send();
        await().until(() -> elsewhere.taken.size() == 1);
        assertThat(Arrays.equals(elsewhere.lastPayload, large)).isTrue();
        await().until(() -> queue.messages() == 0);
    }

    @Test
    void keepsWhatIsHeldAndTakesNothingNew() throws Exception {
        broker.forwardQueues().open("site", WIDE, 5, SENSORS, new Elsewhere(false, true));
        publish("sensors/a", 1);
        broker.stop();
        start();
        broker.forwardQueues().hold("site");
        broker.forwardQueues().hold("another");
        publish("sensors/a", 2);
        Elsewhere again = new Elsewhere(true, true);
        broker.forwardQueues().open("site", WIDE, 5, SENSORS, again);
        publish("sensors/a", 3);
        await().until(() -> again.taken.size() == 2);
        assertThat(again.payloads()).containsExactly("1", "3");
    }

    @Test
    void deletesWhatNobodyOpens() throws Exception {
        broker.forwardQueues().open("site", WIDE, 5, SENSORS, new Elsewhere(false, true));
        broker.forwardQueues().open("other", WIDE, 5, SENSORS, new Elsewhere(false, true));
        publish("sensors/a", 1);
        broker.stop();
        start();
        broker.forwardQueues().open("other", WIDE, 5, SENSORS, new Elsewhere(false, true));
        broker.forwardQueues().deleteUnused("other"::equals);
        Elsewhere again = new Elsewhere(true, true);
        ForwardQueue queue = broker.forwardQueues().open("site", WIDE, 5, SENSORS, again);
        publish("sensors/a", 2);
        await().until(() -> again.taken.size() == 1);
        assertThat(again.payloads()).containsExactly("2");
        assertThat(queue.messages()).isLessThanOrEqualTo(1);
    }

    private void publish(String topic, int number) {
        client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(Integer.toString(number).getBytes(StandardCharsets.UTF_8))
                .send();
    }

    private void publish0(String topic, int number) {
        client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_MOST_ONCE)
                .payload(Integer.toString(number).getBytes(StandardCharsets.UTF_8))
                .send();
    }

    private static String text(BrokerMessage message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }
}
