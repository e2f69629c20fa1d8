package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.SelfSigned;
import dev.caravan.testkit.TestSettings;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.apache.activemq.artemis.core.server.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeBitIT extends WithBroker {

    private static final byte[] ACCEPTED = {0x20, 2, 0, 0};
    private static final byte[] UNKNOWN_LEVEL = {0x20, 2, 0, 1};

    @ParameterizedTest
    @CsvSource({"132, false", "132, true", "131, false", "131, true", "4, true", "3, true"})
    void acceptsBridges(int level, boolean byByte) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port())) {
            send(socket, level, byByte);

            assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(ACCEPTED);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, 127, 128, 133, 255})
    void answersUnknownLevelsAndHangsUp(int level) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port())) {
            send(socket, level, false);
            socket.setSoTimeout(60_000);

            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(UNKNOWN_LEVEL);
        }
        await().atMost(Duration.ofSeconds(60))
                .until(() -> broker.server().getRemotingService().getConnectionCount() == 0);
    }

    @Test
    void survivesGarbage() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port())) {
            byte[] garbage =
                    Arrays.copyOf(new byte[] {0x10, 15, 0, 9, 'M', 'Q', 'T', 'T', (byte) 0x84, 2, 0, 60, 0, 1}, 114);
            // At once: what came behind the broker's end would reset the connection.
            socket.getOutputStream().write(garbage);
            socket.setSoTimeout(60_000);

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
        RawBridge.connect(port(), 0x84, "next", true).close();
    }

    @Test
    void acceptsBridgesThroughWebSocket() throws Exception {
        CompletableFuture<ByteBuffer> answer = new CompletableFuture<>();
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("mqtt")
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + broker.port("mqtt-ws").orElseThrow()), new WebSocket.Listener() {
                            @Override
                            public @Nullable CompletionStage<?> onBinary(
                                    WebSocket webSocket, ByteBuffer data, boolean last) {
                                answer.complete(data);
                                return null;
                            }
                        })
                .get(60, TimeUnit.SECONDS);
        for (byte b : RawBridge.connectPacket(0x84, "raw", true)) {
            socket.sendBinary(ByteBuffer.wrap(new byte[] {b}), true).get(60, TimeUnit.SECONDS);
        }

        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo(ByteBuffer.wrap(ACCEPTED));
        socket.abort();
    }

    @ParameterizedTest
    @CsvSource({"132, true", "6, false"})
    void readsTheLevelInsideTls(int level, boolean accepted) throws Exception {
        broker.stop();
        KeyStore keys = SelfSigned.create(folder);
        Path pem = SelfSigned.writePem(keys, folder.resolve("server.pem"));
        broker = EmbeddedBroker.start(
                TestSettings.in(folder, "mqtt.tls.port", "0", "mqtt.tls.certificate", pem.toString()),
                (topic, payload) -> {});
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        try (Socket socket = context.getSocketFactory()
                .createSocket("127.0.0.1", broker.port("mqtt-tls").orElseThrow())) {
            send(socket, level, false);

            assertThat(socket.getInputStream().readNBytes(4)).isEqualTo(accepted ? ACCEPTED : UNKNOWN_LEVEL);
        }
    }

    @ParameterizedTest
    @CsvSource({"132, #, true", "132, n/x, true", "132, n/+, false", "131, n/#, false", "131, n/x, true"})
    void keepsTheRetainedFlagAndSendsNothingBack(int level, String filter, boolean cleanSession) throws Exception {
        try (RawBridge bridge = RawBridge.connect(port(), level, "bridge", cleanSession);
                RawBridge other = RawBridge.connect(port(), 4, "other", true)) {
            bridge.subscribe(filter);
            for (int i = 0; i < 10; i++) {
                bridge.publish("n/x", "own", i % 2 == 0);
                other.publish("n/x", "" + i, i % 2 == 0);
            }

            assertThat(bridge.received(10))
                    .containsExactly(
                            "n/x 0 true",
                            "n/x 1 false",
                            "n/x 2 true",
                            "n/x 3 false",
                            "n/x 4 true",
                            "n/x 5 false",
                            "n/x 6 true",
                            "n/x 7 false",
                            "n/x 8 true",
                            "n/x 9 false");
            awaitEmpty("bridge." + filter.replace('/', '.').replace('+', '*'));
        }
    }

    @Test
    void treatsOtherClientsAsBefore() throws Exception {
        try (RawBridge client = RawBridge.connect(port(), 4, "client", true);
                RawBridge other = RawBridge.connect(port(), 4, "other", true)) {
            client.subscribe("n/#");
            client.publish("n/x", "own", true);
            other.publish("n/x", "other", true);

            assertThat(client.received(2)).containsExactly("n/x own false", "n/x other false");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void doesSoForASessionThatIsResumedAfterARestart(boolean subscribesAgain) throws Exception {
        RawBridge.connect(port(), 4, "bridge", false).close();
        try (RawBridge bridge = RawBridge.connect(port(), 0x84, "bridge", false)) {
            bridge.subscribe("n/#");
        }

        broker.stop();
        start();

        try (RawBridge other = RawBridge.connect(port(), 4, "other", true)) {
            other.publish("n/x", "kept", true);
            other.publish("n/x", "live", false);
        }
        try (RawBridge bridge = RawBridge.connect(port(), 0x84, "bridge", false)) {
            assertThat(bridge.received(2)).containsExactly("n/x kept true", "n/x live false");
            if (subscribesAgain) {
                bridge.subscribe("n/#");
                assertThat(bridge.received(1)).containsExactly("n/x kept true");
            }
            bridge.publish("n/x", "own", true);
            try (RawBridge other = RawBridge.connect(port(), 4, "other", true)) {
                other.publish("n/x", "last", true);
            }
            assertThat(bridge.received(1)).containsExactly("n/x last true");
        }
        awaitEmpty("bridge.n.#");
    }

    @Test
    void turnsAnEarlierSubscriptionIntoABridgesWhenItSubscribesAgain() throws Exception {
        try (RawBridge client = RawBridge.connect(port(), 4, "bridge", false)) {
            client.subscribe("n/#");
        }
        try (RawBridge bridge = RawBridge.connect(port(), 0x84, "bridge", false);
                RawBridge other = RawBridge.connect(port(), 4, "other", true)) {
            bridge.subscribe("n/#");
            bridge.publish("n/x", "own", true);
            other.publish("n/x", "other", true);

            assertThat(bridge.received(1)).isEqualTo(List.of("n/x other true"));
        }
    }

    private void awaitEmpty(String name) {
        Queue queue = Objects.requireNonNull(broker.server().locateQueue(name), name);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(queue.getMessageCount()).isZero());
    }

    private static void send(Socket socket, int level, boolean byByte) throws IOException {
        byte[] connect = RawBridge.connectPacket(level, "raw", true);
        socket.setTcpNoDelay(true);
        for (int i = 0; byByte && i < connect.length; i++) {
            socket.getOutputStream().write(connect[i]);
            socket.getOutputStream().flush();
        }
        if (!byByte) {
            socket.getOutputStream().write(connect);
        }
    }
}
