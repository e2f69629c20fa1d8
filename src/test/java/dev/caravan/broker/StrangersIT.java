package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.testkit.Patience;
import dev.caravan.testkit.TestSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the broker does not take from anybody who comes along: packets that are too large, pages of other sites. */
class StrangersIT extends WithBroker {

    private static final int MAX_BYTES = 10 * 1024;
    private static final byte[] PACKET_TOO_LARGE = {(byte) 0xE0, 2, (byte) 0x95, 0};
    private static final byte[] ACCEPTED = {0x20, 2, 0, 0};

    @Override
    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(
                TestSettings.in(folder, "mqtt.max-packet-size", "10KB", "http.allowed-hosts", "caravan.example"),
                (topic, payload) -> {});
    }

    /** Each but CONNECT, announced and not sent: what is refused now was never waited for. */
    @ParameterizedTest
    @ValueSource(ints = {0x20, 0x30, 0x32, 0x40, 0x50, 0x62, 0x70, 0x82, 0x90, 0xA2, 0xB0, 0xC0, 0xD0, 0xE0, 0xF0})
    void refusesALargePacketOfEachTypeByItsLength(int type) throws Exception {
        for (int version = 3; version <= 5; version++) {
            try (Socket socket = connect(version)) {
                socket.getOutputStream().write(new byte[] {(byte) type, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F});

                assertThat(socket.getInputStream().readAllBytes())
                        .as("version %d", version)
                        .isEqualTo(version == 5 ? PACKET_TOO_LARGE : new byte[0]);
            }
        }
        assertThat(isServed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5})
    void takesAPacketOfTheGreatestSize(int version) throws Exception {
        try (Socket socket = connect(version)) {
            socket.getOutputStream().write(publish(MAX_BYTES, version));
            assertThat(socket.getInputStream().readNBytes(4)).startsWith(0x40).endsWith(0, 1);

            socket.getOutputStream().write(publish(MAX_BYTES + 1, version));
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(version == 5 ? PACKET_TOO_LARGE : new byte[0]);
        }
    }

    @Test
    void refusesALargeConnect() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", port())) {
            socket.setSoTimeout((int) Patience.LIMIT.toMillis());
            socket.getOutputStream().write(new byte[] {0x10, (byte) 0xFF, (byte) 0xFF, 0x7F, 0, 4, 'M', 'Q', 'T', 'T'});

            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void refusesALargePacketThroughWebSocket() throws Exception {
        WebPage page = new WebPage();
        WebSocket socket = page.open("");
        socket.sendBinary(ByteBuffer.wrap(connectPacket(4)), true).join();
        assertThat(page.answer.get(60, TimeUnit.SECONDS)).isEqualTo(ACCEPTED);

        socket.sendBinary(ByteBuffer.wrap(new byte[] {0x30, (byte) 0xFF, (byte) 0xFF, 0x7F, 0}), true)
                .join();

        assertThat(page.closed).succeedsWithin(Patience.LIMIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "http://localhost:8080",
                "http://127.0.0.1:8080",
                "https://[::1]",
                "https://caravan.example",
                "https://caravan.example:8443"
            })
    void answersPagesFromHere(String origin) throws Exception {
        WebPage page = new WebPage();
        page.open(origin).sendBinary(ByteBuffer.wrap(connectPacket(4)), true).join();

        assertThat(page.answer.get(60, TimeUnit.SECONDS)).isEqualTo(ACCEPTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://evil.example",
                "https://caravan.example.evil.example",
                "null",
                "file://",
                "http://localhost.evil.example",
                "http://192.168.1.5",
                "chrome-extension://localhost"
            })
    void closesTheWebSocketOfAPageFromElsewhereAndReadsNothing(String origin) throws Exception {
        WebPage page = new WebPage();
        page.open(origin).sendBinary(ByteBuffer.wrap(connectPacket(4)), true).join();

        assertThat(page.closed).succeedsWithin(Patience.LIMIT).isEqualTo(1008);
        assertThat(page.answer).isNotDone();
        assertThat(broker.server().getSessions()).isEmpty();
        assertThat(isServed()).isTrue();
    }

    /** A name of a stranger that leads here, so that page and host have the same one. */
    @ParameterizedTest
    @CsvSource({"evil.example, http://evil.example", "evil.example, http://localhost:8080"})
    void closesTheWebSocketOfAPageThatCameByANameOfItsOwn(String host, String origin) throws Exception {
        try (Socket socket = new Socket("127.0.0.1", broker.port("mqtt-ws").orElseThrow())) {
            socket.setSoTimeout((int) Patience.LIMIT.toMillis());
            socket.getOutputStream()
                    .write(("GET /mqtt HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin
                                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
                                    + "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.write(new byte[] {(byte) 0x82, (byte) (0x80 | connectPacket(4).length), 0, 0, 0, 0});
            frame.write(connectPacket(4));
            readHeaders(socket);
            socket.getOutputStream().write(frame.toByteArray());

            // A frame that closes, with 1008.
            assertThat(socket.getInputStream().readNBytes(4)).startsWith(0x88).endsWith(0x03, 0xF0);
        }
    }

    private static void readHeaders(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        while (!text.toString().endsWith("\r\n\r\n")) {
            text.append((char) socket.getInputStream().read());
        }
        assertThat(text.toString()).startsWith("HTTP/1.1 101");
    }

    private boolean isServed() throws IOException {
        try (Socket socket = connect(4)) {
            return socket.isConnected();
        }
    }

    private Socket connect(int version) throws IOException {
        Socket socket = new Socket("127.0.0.1", port());
        socket.setSoTimeout((int) Patience.LIMIT.toMillis());
        socket.getOutputStream().write(connectPacket(version));
        byte[] head = socket.getInputStream().readNBytes(2);
        byte[] answer = socket.getInputStream().readNBytes(head[1]);
        assertThat(answer).startsWith(0, 0);
        return socket;
    }

    private static byte[] connectPacket(int version) {
        String name = version == 3 ? "MQIsdp" : "MQTT";
        ByteBuffer body = ByteBuffer.allocate(40).putShort((short) name.length());
        body.put(name.getBytes(StandardCharsets.US_ASCII));
        body.put((byte) version).put((byte) 2).putShort((short) 60);
        if (version == 5) {
            body.put((byte) 0);
        }
        body.putShort((short) 3).put(new byte[] {'r', 'a', 'w'});
        ByteBuffer packet = ByteBuffer.allocate(body.position() + 2)
                .put((byte) 0x10)
                .put((byte) body.position())
                .put(body.flip());
        return packet.array();
    }

    /** A PUBLISH of QoS 1 to {@code t}, of so many bytes in all. */
    private static byte[] publish(int bytes, int version) {
        int length = bytes - 3;
        ByteBuffer packet = ByteBuffer.allocate(bytes)
                .put((byte) 0x32)
                .put((byte) (length % 128 | 128))
                .put((byte) (length / 128))
                .putShort((short) 1)
                .put((byte) 't')
                .putShort((short) 1);
        if (version == 5) {
            packet.put((byte) 0);
        }
        return packet.array();
    }

    private final class WebPage implements WebSocket.Listener {

        private final CompletableFuture<byte[]> answer = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        private WebSocket open(String origin) {
            WebSocket.Builder builder =
                    HttpClient.newHttpClient().newWebSocketBuilder().subprotocols("mqtt");
            if (!origin.isEmpty()) {
                builder.header("Origin", origin);
            }
            return builder.buildAsync(
                            URI.create(
                                    "ws://127.0.0.1:" + broker.port("mqtt-ws").orElseThrow() + "/mqtt"),
                            this)
                    .join();
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            answer.complete(bytes);
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            closed.complete(status);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.complete(0);
        }
    }
}
