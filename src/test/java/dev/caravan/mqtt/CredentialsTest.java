package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which user a CONNECT names, read off the wire. */
class CredentialsTest {

    private static final int FLAGS_OF_CONNECT = 7;
    private static final int USER_AND_PASSWORD = 0xC0;

    private final Listener one = new Listener();
    private final Listener two = new Listener();
    private final Routes routes = new Routes();

    @AfterEach
    void stop() throws IOException {
        routes.close();
        one.server.close();
        two.server.close();
    }

    @Test
    void reachTheirOwnBrokerWithEveryCharacter() {
        routes.component.addCredentials(one.url(), "first", "p)&x+y%z");
        routes.component.addCredentials(two.url(), "second", "{{no}}?RAW(ä)#");

        routes.collect("paho-mqtt5:a?maxReconnectDelay=100&brokerUrl=" + one.url())
                .add(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:b").to("paho-mqtt5:b?maxReconnectDelay=100&brokerUrl=" + two.url());
                    }
                })
                .start();

        assertThat(one.connect()).endsWith("\0\5first\0\10p)&x+y%z");
        assertThat(two.connect()).endsWith("\0\6second\0\17{{no}}?RAW(ä)#");
    }

    @Test
    void stayAwayFromOtherBrokers() {
        routes.component.addCredentials(one.url(), "first", "secret");

        routes.collect("paho-mqtt5:a?maxReconnectDelay=100&brokerUrl=" + one.url() + "&serverURIs=" + two.url())
                .start();

        assertThat(two.connect()).doesNotContain("first", "secret");
        assertThat(two.flags() & USER_AND_PASSWORD).isZero();
    }

    @Test
    void keepTheFirstUserOfABroker() {
        routes.component.addCredentials(one.url(), "first", "secret");
        routes.component.addCredentials(one.url(), "second", "other");

        routes.collect("paho-mqtt5:a?maxReconnectDelay=100&brokerUrl=" + one.url())
                .start();

        assertThat(one.connect()).contains("first", "secret").doesNotContain("second", "other");
    }

    @Test
    void giveWayToThoseOfTheEndpoint() {
        routes.component.addCredentials(one.url(), "first", "secret");

        routes.collect("paho-mqtt5:a?userName=mine&password=own&maxReconnectDelay=100&brokerUrl=" + one.url())
                .start();

        assertThat(one.connect()).endsWith("\0\4mine\0\3own");
    }

    /** Reads the CONNECT of each client and hangs up. */
    private static final class Listener {

        final ServerSocket server;
        private final List<byte[]> connects = new CopyOnWriteArrayList<>();

        Listener() {
            try {
                server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            Thread thread = new Thread(this::serve);
            thread.setDaemon(true);
            thread.start();
        }

        String url() {
            return "tcp://127.0.0.1:" + server.getLocalPort();
        }

        String connect() {
            return new String(first(), StandardCharsets.UTF_8);
        }

        int flags() {
            return first()[FLAGS_OF_CONNECT];
        }

        private byte[] first() {
            await().atMost(Duration.ofSeconds(60)).until(() -> !connects.isEmpty());
            return connects.get(0);
        }

        private void serve() {
            while (!server.isClosed()) {
                try (Socket client = server.accept()) {
                    DataInputStream in = new DataInputStream(client.getInputStream());
                    in.readByte();
                    byte[] body = new byte[in.readUnsignedByte()]; // ours are shorter than 128 bytes
                    in.readFully(body);
                    connects.add(body);
                } catch (IOException e) {
                    // the client hung up, or the test is over
                }
            }
        }
    }
}
