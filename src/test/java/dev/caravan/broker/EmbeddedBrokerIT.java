package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.settings.Settings;
import dev.caravan.testkit.SelfSigned;
import dev.caravan.testkit.TestSettings;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedBrokerIT {

    @TempDir
    Path folder;

    private @Nullable EmbeddedBroker broker;

    @AfterEach
    void stop() {
        if (broker != null) {
            broker.stop();
        }
    }

    @Test
    void saysOfNoBridgeThatItIsConnectedAfterAStart() throws Exception {
        broker = start();
        for (String id : List.of("a", "b")) {
            connect("pub-" + id)
                    .publishWith()
                    .topic("$SYS/broker/connection/" + id + "/state")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .retain(true)
                    .payload("1".getBytes(StandardCharsets.UTF_8))
                    .send();
        }
        broker.stop();
        broker = start();
        Mqtt5BlockingClient subscriber = connect("sub");
        try (Mqtt5Publishes arrivals = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
            subscriber
                    .subscribeWith()
                    .topicFilter("$SYS/broker/connection/+/state")
                    .send();
            for (int i = 0; i < 2; i++) {
                assertThat(arrivals.receive(60, TimeUnit.SECONDS)).hasValueSatisfying(state -> {
                    assertThat(state.getPayloadAsBytes()).asString().isEqualTo("0");
                    assertThat(state.isRetain()).isTrue();
                });
            }
        }
    }

    /** Upstream's clear comes before the message that it should clear. */
    @RepeatedTest(5)
    void clearsARetainedMessageThatWasPublishedJustBefore() throws Exception {
        broker = start();
        Mqtt5AsyncClient publisher = connect("pub").toAsync();
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            for (String payload : List.of("x", "")) {
                sent.add(publisher
                        .publishWith()
                        .topic("retained/" + i)
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .retain(true)
                        .payload(payload.getBytes(StandardCharsets.UTF_8))
                        .send());
            }
        }
        sent.forEach(CompletableFuture::join);
        Mqtt5BlockingClient subscriber = connect("sub");
        try (Mqtt5Publishes arrivals = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
            subscriber.subscribeWith().topicFilter("retained/#").send();
            subscriber
                    .publishWith()
                    .topic("retained/end")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .send();
            assertThat(arrivals.receive(60, TimeUnit.SECONDS))
                    .hasValueSatisfying(m -> assertThat(m.getTopic()).hasToString("retained/end"));
        }
    }

    /** Upstream's disorder (about 3 in 100 at this load) shows within a few thousand messages. */
    @Test
    void keepsTheOrderOfDurableMessagesOfEachPublisher() throws Exception {
        broker = start();
        int publishers = 2;
        int each = 10_000;
        Map<Integer, Integer> last = new ConcurrentHashMap<>();
        AtomicInteger received = new AtomicInteger();
        AtomicInteger disordered = new AtomicInteger();
        Mqtt5AsyncClient subscriber = connect("sub").toAsync();
        subscriber
                .subscribeWith()
                .topicFilter("order/#")
                .qos(MqttQos.AT_LEAST_ONCE)
                .callback(publish -> {
                    ByteBuffer payload = publish.getPayload().orElseThrow();
                    int publisher = payload.getInt();
                    int sequence = payload.getInt();
                    Integer before = last.put(publisher, sequence);
                    if (before != null && before >= sequence) {
                        disordered.incrementAndGet();
                    }
                    received.incrementAndGet();
                })
                .send()
                .get(60, TimeUnit.SECONDS);

        Semaphore window = new Semaphore(500);
        for (int p = 0; p < publishers; p++) {
            Mqtt5AsyncClient publisher = connect("pub-" + p).toAsync();
            int number = p;
            new Thread(() -> {
                        for (int i = 0; i < each; i++) {
                            window.acquireUninterruptibly();
                            byte[] payload = ByteBuffer.allocate(150)
                                    .putInt(number)
                                    .putInt(i)
                                    .array();
                            publisher
                                    .publishWith()
                                    .topic("order/" + number)
                                    .qos(MqttQos.AT_LEAST_ONCE)
                                    .payload(payload)
                                    .send()
                                    .whenComplete((result, failure) -> window.release());
                        }
                    })
                    .start();
        }

        await().atMost(Duration.ofMinutes(3)).until(() -> received.get() >= publishers * each);
        assertThat(disordered).hasValue(0);
        assertThat(received).hasValue(publishers * each);
    }

    @Test
    void keepsWhatItAcknowledgedAcrossARestart() throws Exception {
        broker = start();
        Mqtt3BlockingClient subscriber = mqtt3("durable");
        subscriber.connectWith().cleanSession(false).send();
        subscriber.subscribeWith().topicFilter("a/#").qos(MqttQos.AT_LEAST_ONCE).send();
        subscriber.disconnect();
        Mqtt5BlockingClient publisher = connect("pub");
        for (int i = 0; i < 50; i++) {
            publish(publisher, "a/" + i, "m" + i, false);
        }

        broker.stop();
        broker = start();

        subscriber = mqtt3("durable");
        try (var publishes = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
            assertThat(subscriber.connectWith().cleanSession(false).send().isSessionPresent())
                    .isTrue();
            List<String> received = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                received.add(new String(
                        publishes.receive(60, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes(),
                        StandardCharsets.UTF_8));
            }
            assertThat(received).startsWith("m0", "m1", "m2").endsWith("m49").doesNotHaveDuplicates();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"r/one", "r/+", "r/#", "#", "+/one"})
    void deliversRetainedMessagesToLaterSubscribers(String filter) throws Exception {
        broker = start();
        publish(connect("pub"), "r/one", "kept", true);

        Mqtt5BlockingClient subscriber = connect("sub");
        try (Mqtt5Publishes publishes = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
            subscriber.subscribeWith().topicFilter(filter).send();
            Optional<Mqtt5Publish> retained = publishes.receive(60, TimeUnit.SECONDS);
            assertThat(retained).isPresent();
            assertThat(retained.get().isRetain()).isTrue();
        }
    }

    @Test
    void showsARetainedMessageToWhoeverSubscribesRightAfterItsAcknowledgement() throws Exception {
        broker = start();
        Mqtt5BlockingClient publisher = connect("pub");
        for (int i = 0; i < 200; i++) {
            Mqtt5BlockingClient subscriber = connect("sub-" + i);
            try (Mqtt5Publishes publishes = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
                publish(publisher, "at-once/" + i, "x", true);
                subscriber.subscribeWith().topicFilter("at-once/" + i).send();
                assertThat(publishes.receive(60, TimeUnit.SECONDS))
                        .as("attempt %d", i)
                        .isPresent();
            }
            subscriber.disconnect();
        }
    }

    @Test
    void keepsRetainedMessagesAcrossARestartAndTellsTheListener() throws Exception {
        Map<String, String> told = new ConcurrentHashMap<>();
        RetainedListener listener = (topic, payload) -> told.put(topic, new String(payload, StandardCharsets.UTF_8));
        broker = EmbeddedBroker.start(TestSettings.in(folder), listener);
        Mqtt5BlockingClient publisher = connect("pub");
        publish(publisher, "r/a.b", "dotted", true);
        publish(publisher, "r/plain", "kept", true);
        publish(publisher, "r/gone", "gone", true);
        publish(publisher, "r/gone", "", true);
        publish(publisher, "r/live", "not retained", false);
        assertThat(told)
                .containsOnly(Map.entry("r/a.b", "dotted"), Map.entry("r/plain", "kept"), Map.entry("r/gone", ""));

        broker.stop();
        broker = start();

        Mqtt5BlockingClient subscriber = connect("sub");
        try (Mqtt5Publishes publishes = subscriber.publishes(MqttGlobalPublishFilter.ALL)) {
            subscriber.subscribeWith().topicFilter("r/#").send();
            List<String> topics = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                topics.add(publishes.receive(60, TimeUnit.SECONDS).orElseThrow().getTopic() + "");
            }
            assertThat(topics).containsExactlyInAnyOrder("r/a.b", "r/plain");
        }
    }

    @Test
    void keepsASessionWhoseExpiryIsLongerThanArtemisCanCount() throws Exception {
        broker = start();
        Mqtt5BlockingClient first = client("long").toBlocking();
        first.connectWith()
                .cleanStart(false)
                .sessionExpiryInterval(30L * 86_400)
                .send();
        first.subscribeWith().topicFilter("long").qos(MqttQos.AT_LEAST_ONCE).send();
        first.disconnectWith().sessionExpiryInterval(60L * 86_400).send();
        Mqtt5BlockingClient publisher = connect("pub");
        publisher
                .publishWith()
                .topic("long")
                .qos(MqttQos.AT_LEAST_ONCE)
                .messageExpiryInterval(40L * 86_400)
                .payload("x".getBytes(StandardCharsets.UTF_8))
                .send();

        Mqtt5BlockingClient second = client("long").toBlocking();
        try (Mqtt5Publishes publishes = second.publishes(MqttGlobalPublishFilter.ALL)) {
            assertThat(second.connectWith()
                            .cleanStart(false)
                            .sessionExpiryInterval(30L * 86_400)
                            .send()
                            .isSessionPresent())
                    .isTrue();
            assertThat(publishes.receive(60, TimeUnit.SECONDS)).isPresent();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$sys/mqtt/retain/a",
                "$sys.mqtt.sessions",
                "$caravan/management",
                "$caravan.expired",
                "a::b",
                "activemq/management",
                "activemq.notifications"
            })
    void closesTheConnectionOfAClientThatReachesForArtemisOwnAddresses(String topic) throws Exception {
        broker = start();
        Mqtt5BlockingClient publisher = connect("bad-pub");
        assertThatThrownBy(() -> publish(publisher, topic, "x", false)).isNotNull();
        Mqtt5BlockingClient subscriber = connect("bad-sub");
        assertThatThrownBy(() -> subscriber.subscribeWith().topicFilter(topic).send())
                .isNotNull();

        publish(connect("honest"), "fine", "x", false);
    }

    /** Plain sockets: a client library would wait for its own reasons before it closes. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void deliversWhatAClientSentBeforeItClosed(boolean disconnects) throws Exception {
        broker = start();
        int messages = 50_000;
        AtomicInteger received = new AtomicInteger();
        connect("sub")
                .toAsync()
                .subscribeWith()
                .topicFilter("burst")
                .callback(publish -> received.incrementAndGet())
                .send()
                .get(60, TimeUnit.SECONDS);

        try (Socket socket = new Socket("127.0.0.1", port())) {
            OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
            out.write(new byte[] {0x10, 15, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 3, 'r', 'a', 'w'});
            byte[] publish = {0x30, 17, 0, 5, 'b', 'u', 'r', 's', 't', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x'
            };
            out.flush();
            assertThat(socket.getInputStream().readNBytes(4)).endsWith(0, 0);
            for (int i = 0; i < messages; i++) {
                out.write(publish);
            }
            if (disconnects) {
                out.write(new byte[] {(byte) 0xe0, 0});
            }
            out.flush();
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> received.get() == messages);
    }

    @RepeatedTest(5)
    void publishesTheWillAfterWhatTheClientSentBeforeItWasCutOff() throws Exception {
        broker = start();
        List<String> received = new CopyOnWriteArrayList<>();
        connect("sub")
                .toAsync()
                .subscribeWith()
                .topicFilter("will")
                .callback(publish -> received.add(new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8)))
                .send()
                .get(60, TimeUnit.SECONDS);

        try (Socket socket = new Socket("127.0.0.1", port())) {
            socket.getOutputStream().write(new byte[] {
                0x10, 24, 0, 4, 'M', 'Q', 'T', 'T', 4, 6, 0, 60, 0, 1, 'w', 0, 4, 'w', 'i', 'l', 'l', 0, 3, 'o', 'f',
                'f'
            });
            assertThat(socket.getInputStream().readNBytes(4)).endsWith(0, 0);
            socket.getOutputStream().write(new byte[] {0x30, 8, 0, 4, 'w', 'i', 'l', 'l', 'o', 'n'});
        }

        await().atMost(Duration.ofSeconds(60)).until(() -> received.size() >= 2);
        assertThat(received).containsExactly("on", "off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$share/g", "$share/g/", "$share//x", "$share/+/x", "DEEP"})
    void closesTheConnectionOfAClientWhoseFilterTheBrokerCouldNotBear(String filter) throws Exception {
        broker = start();
        String text = filter.replace("DEEP", "a/".repeat(200) + "a");
        try (Socket socket = new Socket("127.0.0.1", port())) {
            OutputStream out = socket.getOutputStream();
            out.write(new byte[] {0x10, 15, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 3, 'r', 'a', 'w'});
            assertThat(socket.getInputStream().readNBytes(4)).endsWith(0, 0);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            ByteBuffer packet = ByteBuffer.allocate(bytes.length + 8);
            int length = bytes.length + 5;
            packet.put((byte) 0x82);
            if (length < 128) {
                packet.put((byte) length);
            } else {
                packet.put((byte) (length % 128 | 128)).put((byte) (length / 128));
            }
            packet.putShort((short) 1).putShort((short) bytes.length).put(bytes).put((byte) 1);
            out.write(packet.array(), 0, packet.position());
            socket.setSoTimeout(60_000);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        publish(connect("honest"), "fine", "x", false);
    }

    @Test
    void closesTheConnectionOfAClientThatPublishesBelowTwoHundredLevels() throws Exception {
        broker = start();
        assertThatThrownBy(() -> publish(connect("deep"), "a/".repeat(30_000) + "a", "x", false))
                .isNotNull();

        publish(connect("honest"), "a/".repeat(199) + "a", "x", false);
    }

    @Test
    void servesWebSocket() throws Exception {
        broker = start();
        Mqtt5BlockingClient client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(broker.port("mqtt-ws").orElseThrow())
                .webSocketConfig()
                .serverPath("mqtt")
                .applyWebSocketConfig()
                .buildBlocking();
        client.connect();
        publish(client, "ws", "x", false);
        client.disconnect();
    }

    @Test
    void servesTlsWithOnePemFile() throws Exception {
        KeyStore keys = SelfSigned.create(folder);
        Path pem = SelfSigned.writePem(keys, folder.resolve("with space; and more.pem"));
        Settings settings = TestSettings.in(folder, "mqtt.tls.port", "0", "mqtt.tls.certificate", pem.toString());
        broker = EmbeddedBroker.start(settings, (topic, payload) -> {});
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);

        Mqtt5BlockingClient client = MqttClient.builder()
                .useMqttVersion5()
                .serverHost("127.0.0.1")
                .serverPort(broker.port("mqtt-tls").orElseThrow())
                .sslConfig()
                .trustManagerFactory(trust)
                .applySslConfig()
                .buildBlocking();
        client.connect();
        publish(client, "tls", "x", false);
        client.disconnect();
    }

    @ParameterizedTest
    @ValueSource(strings = {"missing.pem", "words.pem", "certificate only.pem"})
    void refusesACertificateThatNoClientCouldUse(String name) throws Exception {
        Files.writeString(folder.resolve("words.pem"), "not a PEM file");
        String both = Files.readString(SelfSigned.writePem(SelfSigned.create(folder), folder.resolve("both.pem")));
        Files.writeString(
                folder.resolve("certificate only.pem"), both.substring(0, both.indexOf("-----BEGIN PRIVATE")));

        String file = folder.resolve(name).toString();
        assertThatThrownBy(() -> EmbeddedBroker.start(
                        TestSettings.in(folder, "mqtt.tls.port", "0", "mqtt.tls.certificate", file),
                        (topic, payload) -> {}))
                .isInstanceOf(BrokerException.class)
                .hasMessageStartingWith("key 'mqtt.tls.certificate': " + file);
    }

    @Test
    void listensOnIpv6() throws Exception {
        broker = EmbeddedBroker.start(TestSettings.in(folder, "mqtt.host", "::1"), (topic, payload) -> {});

        assertThat(port()).isPositive();
    }

    @Test
    void endsASessionWithoutExpiryWithTheProcess() throws Exception {
        broker = start();
        Mqtt5BlockingClient brief = connect("brief");
        brief.subscribeWith().topicFilter("kept/#").qos(MqttQos.AT_LEAST_ONCE).send();
        Mqtt5BlockingClient named = client("long").toBlocking();
        named.connectWith().cleanStart(true).sessionExpiryInterval(600).send();
        named.subscribeWith().topicFilter("kept/#").qos(MqttQos.AT_LEAST_ONCE).send();

        broker.stop();
        broker = start();
        publish(connect("pub"), "kept/x", "later", false);

        assertThat(received("long", 1)).containsExactly("later");
        assertThat(received("brief", 0)).isEmpty();
    }

    @Test
    void namesTheKeyOfAPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            String port = Integer.toString(taken.getLocalPort());
            assertThatThrownBy(() ->
                            EmbeddedBroker.start(TestSettings.in(folder, "mqtt.port", port), (topic, payload) -> {}))
                    .isInstanceOf(BrokerException.class)
                    .hasMessageStartingWith("key 'mqtt.port': cannot listen on 127.0.0.1:" + port);
        }
    }

    @Test
    void namesFileAndLineOfABrokenBrokerXml() throws Exception {
        Path file = Files.createDirectories(folder.resolve("artemis")).resolve("broker.xml");
        String shipped = Files.readString(Path.of("artemis", "broker.xml"));

        Files.writeString(
                file,
                shipped.replace("<journal-type>NIO", "<jurnal-type>NIO").replace("</journal-type>", "</jurnal-type>"));
        assertThatThrownBy(this::start).hasMessageContaining("broker.xml:").hasMessageContaining("jurnal-type");

        Files.writeString(file, shipped.replace("${mqtt.port}", "${mqtt.prot}"));
        assertThatThrownBy(this::start).hasMessageMatching(".*broker.xml:\\d+:\\d+: \\$\\{mqtt.prot} is not a setting");

        Files.writeString(file, "<configuration");
        assertThatThrownBy(this::start).hasMessageContaining("broker.xml:1");
    }

    private EmbeddedBroker start() throws BrokerException {
        return EmbeddedBroker.start(TestSettings.in(folder), (topic, payload) -> {});
    }

    private Mqtt5AsyncClient client(String clientId) {
        return MqttClient.builder()
                .useMqttVersion5()
                .identifier(clientId)
                .serverHost("127.0.0.1")
                .serverPort(port())
                .buildAsync();
    }

    private Mqtt3BlockingClient mqtt3(String clientId) {
        return MqttClient.builder()
                .useMqttVersion3()
                .identifier(clientId)
                .serverHost("127.0.0.1")
                .serverPort(port())
                .buildBlocking();
    }

    /** What a session that is resumed still gets, so many as are expected and whatever comes a moment later. */
    private List<String> received(String clientId, int expected) throws Exception {
        Mqtt5BlockingClient client = client(clientId).toBlocking();
        List<String> payloads = new ArrayList<>();
        try (Mqtt5Publishes publishes = client.publishes(MqttGlobalPublishFilter.ALL)) {
            client.connectWith().cleanStart(false).sessionExpiryInterval(600).send();
            Optional<Mqtt5Publish> next = receive(publishes, expected > 0);
            while (next.isPresent()) {
                payloads.add(new String(next.get().getPayloadAsBytes(), StandardCharsets.UTF_8));
                next = receive(publishes, payloads.size() < expected);
            }
        }
        client.disconnect();
        return payloads;
    }

    private static Optional<Mqtt5Publish> receive(Mqtt5Publishes publishes, boolean expected) throws Exception {
        return publishes.receive(expected ? 60_000 : 1_000, TimeUnit.MILLISECONDS);
    }

    private int port() {
        return Objects.requireNonNull(broker).port("mqtt").orElseThrow();
    }

    private Mqtt5BlockingClient connect(String clientId) {
        Mqtt5BlockingClient client = client(clientId).toBlocking();
        client.connect();
        return client;
    }

    private static void publish(Mqtt5BlockingClient client, String topic, String payload, boolean retain) {
        client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(retain)
                .payload(payload.getBytes(StandardCharsets.UTF_8))
                .send();
    }
}
