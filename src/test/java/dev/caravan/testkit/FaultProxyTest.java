package dev.caravan.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.FaultProxy.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(600)
class FaultProxyTest {

    private ServerSocket server;
    private FaultProxy proxy;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = new FaultProxy(server.getLocalPort());
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        server.close();
    }

    private Socket client() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(60_000);
        return socket;
    }

    private Socket target() throws IOException {
        server.setSoTimeout(60_000);
        Socket socket = server.accept();
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static void isSilent(Socket socket) throws IOException {
        socket.setSoTimeout(200);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(60_000);
    }

    @Test
    void passesBytesExactlyWhileDelayAndRateChange() throws Exception {
        try (Socket client = client();
                Socket target = target()) {
            byte[] out = random(1, 600_000);
            byte[] back = random(2, 600_000);
            CompletableFuture<byte[]> atTarget = read(target.getInputStream(), out.length);
            CompletableFuture<byte[]> atClient = read(client.getInputStream(), back.length);
            CompletableFuture<Void> writes = CompletableFuture.allOf(write(client, out), write(target, back));
            Random random = new Random(3);
            await().pollInterval(Duration.ofMillis(10))
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        proxy.delay(Duration.ofMillis(random.nextInt(30)));
                        proxy.rate(200_000 + random.nextInt(2_000_000));
                        if (random.nextInt(4) == 0) {
                            proxy.stall().flow();
                        }
                        return proxy.bytes(Direction.TO_TARGET) > 400_000 && proxy.bytes(Direction.TO_CLIENT) > 400_000;
                    });

            proxy.heal();

            assertThat(atTarget.get(60, TimeUnit.SECONDS)).isEqualTo(out);
            assertThat(atClient.get(60, TimeUnit.SECONDS)).isEqualTo(back);
            writes.get(60, TimeUnit.SECONDS);
            assertThat(proxy.bytes(Direction.TO_TARGET)).isEqualTo(out.length);
            assertThat(proxy.bytes(Direction.TO_CLIENT)).isEqualTo(back.length);
        }
    }

    @Test
    void cutEndsConnectionsAndTakesNewOnes() throws Exception {
        try (Socket client = client();
                Socket target = target()) {
            assertThat(proxy.open()).isEqualTo(1);

            proxy.cut();

            assertThat(client.getInputStream().read()).isEqualTo(-1);
            assertThat(target.getInputStream().read()).isEqualTo(-1);
            assertThat(proxy.open()).isZero();
        }
        try (Socket again = client();
                Socket target = target()) {
            again.getOutputStream().write(7);
            assertThat(target.getInputStream().read()).isEqualTo(7);
            assertThat(proxy.accepted()).isEqualTo(2);
        }
    }

    @Test
    void resetIsSeenAsAReset() throws Exception {
        try (Socket client = client();
                Socket target = target()) {
            proxy.reset();

            assertThatThrownBy(() -> client.getInputStream().read())
                    .isInstanceOf(SocketException.class)
                    .hasMessageContaining("reset");
            assertThatThrownBy(() -> target.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void refusesAndAcceptsOnTheSamePort() throws Exception {
        try (Socket before = client();
                Socket target = target()) {
            proxy.refuse();
            assertThatThrownBy(this::client).isInstanceOf(ConnectException.class);
            before.getOutputStream().write(1);
            assertThat(target.getInputStream().read()).isEqualTo(1);

            proxy.accept();
            try (Socket after = client()) {
                assertThat(after.isConnected()).isTrue();
            }
        }
    }

    @Test
    void stallLosesNothingAndTellsNobody() throws Exception {
        Socket client = client();
        try (Socket target = target()) {
            proxy.stall();
            client.getOutputStream().write(new byte[] {1, 2, 3});
            client.close();
            isSilent(target);

            proxy.flow();

            assertThat(target.getInputStream().readAllBytes()).containsExactly(1, 2, 3);
        }
    }

    @Test
    void stallLeavesNewConnectionsSilent() throws Exception {
        proxy.stall();
        try (Socket client = client()) {
            client.getOutputStream().write(9);
            isSilent(client);
            assertThat(proxy.bytes(Direction.TO_TARGET)).isZero();

            proxy.flow();

            try (Socket target = target()) {
                assertThat(target.getInputStream().read()).isEqualTo(9);
            }
        }
    }

    @Test
    void blackholeIsHalfOpenAndEndsWithAReset() throws Exception {
        try (Socket client = client();
                Socket target = target()) {
            proxy.blackhole(Direction.TO_TARGET);
            client.getOutputStream().write(1);
            target.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);
            isSilent(target);

            proxy.heal();

            assertThatThrownBy(() -> target.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }

    @Test
    void delaysOneDirectionAlone() throws Exception {
        try (Socket client = client();
                Socket target = target()) {
            proxy.delay(Duration.ofMillis(300), Direction.TO_TARGET);
            long begin = System.nanoTime();
            target.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);
            client.getOutputStream().write(1);
            assertThat(target.getInputStream().read()).isEqualTo(1);
            assertThat(System.nanoTime() - begin)
                    .isGreaterThan(Duration.ofMillis(300).toNanos());
        }
    }

    @Test
    void passesAFewBytesASecond() throws Exception {
        try (Socket client = client();
                Socket target = target()) {
            proxy.rate(10);
            client.getOutputStream().write(new byte[1_000]);
            long begin = System.nanoTime();
            assertThat(target.getInputStream().readNBytes(5)).hasSize(5);
            assertThat(System.nanoTime() - begin).isBetween(300_000_000L, 50_000_000_000L);

            proxy.rate(0);

            assertThat(target.getInputStream().readNBytes(995)).hasSize(995);
        }
    }

    @Test
    void leadsNewConnectionsToAnotherTarget() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            proxy.target(other.getLocalPort());
            try (Socket client = client();
                    Socket target = other.accept()) {
                client.getOutputStream().write(5);
                assertThat(target.getInputStream().read()).isEqualTo(5);
            }
        }
    }

    @Test
    void closesConnectionsWhileNobodyListensAtTheTarget() throws Exception {
        server.close();
        try (Socket client = client()) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
        await().atMost(Duration.ofSeconds(60)).until(() -> proxy.open() == 0);
    }

    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static CompletableFuture<byte[]> read(InputStream from, int length) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return from.readNBytes(length);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task).start());
    }

    private static CompletableFuture<Void> write(Socket to, byte[] bytes) {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        to.getOutputStream().write(bytes);
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                task -> new Thread(task).start());
    }
}
