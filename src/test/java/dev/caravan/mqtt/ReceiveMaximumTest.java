package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A broker that sends three messages at once, whatever it was told, as Mosquitto 2.0.11 does with its queue. */
class ReceiveMaximumTest {

    private static final int PROPERTIES_OF_CONNECT = 10;
    private static final int RECEIVE_MAXIMUM = 0x21;

    private final List<Integer> announced = new CopyOnWriteArrayList<>();

    @Test
    void goesOnWithABrokerThatIgnoresIt() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Routes routes = new Routes()) {
            Thread broker = new Thread(() -> serve(server));
            broker.setDaemon(true);
            broker.start();

            routes.collect("paho-mqtt5:a?qos=1&receiveMaximum=2&maxReconnectDelay=100&brokerUrl=tcp://127.0.0.1:"
                            + server.getLocalPort())
                    .start();

            await().atMost(Duration.ofSeconds(60)).until(() -> announced.contains(65_535));
            await().atMost(Duration.ofSeconds(60)).until(() -> routes.texts().size() >= 3);
            assertThat(announced.get(0)).isEqualTo(2);
        }
    }

    private void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                OutputStream out = client.getOutputStream();
                announced.add(receiveMaximum(packet(in)));
                out.write(new byte[] {0x20, 3, 0, 0, 0});
                byte[] subscribe = packet(in);
                out.write(new byte[] {(byte) 0x90, 4, subscribe[0], subscribe[1], 0, 1});
                byte[] burst = new byte[3 * 9];
                for (int i = 0; i < 3; i++) {
                    byte[] publish = {0x32, 7, 0, 1, 'a', 0, (byte) (i + 1), 0, 'x'};
                    System.arraycopy(publish, 0, burst, i * publish.length, publish.length);
                }
                out.write(burst);
                while (true) {
                    packet(in);
                }
            } catch (IOException e) {
                // the client hung up, or the test is over
            }
        }
    }

    private static byte[] packet(DataInputStream in) throws IOException {
        in.readByte();
        int length = in.readUnsignedByte(); // ours are shorter than 128 bytes
        byte[] body = new byte[length];
        in.readFully(body);
        return body;
    }

    private static int receiveMaximum(byte[] connect) {
        int end = PROPERTIES_OF_CONNECT + 1 + connect[PROPERTIES_OF_CONNECT];
        for (int i = PROPERTIES_OF_CONNECT + 1; i < end; i++) {
            if (connect[i] == RECEIVE_MAXIMUM) {
                return (connect[i + 1] & 0xFF) << 8 | connect[i + 2] & 0xFF;
            }
        }
        return 65_535;
    }
}
