package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.testkit.FaultProxy;
import dev.caravan.testkit.MqttProbe;
import dev.caravan.testkit.MqttProbe.Received;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that are clients, against a real broker. */
@NullMarked
class ClientCommandsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static @Nullable CliBroker broker;
    private static int port;

    @TempDir
    Path folder;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = new CliBroker();
        port = broker.port();
    }

    @AfterAll
    static void stopBroker() throws Exception {
        if (broker != null) {
            broker.close();
        }
    }

    /** A command that runs beside the test until it ends or is stopped. */
    private record Running(Console console, Thread thread, CompletableFuture<Integer> code) {

        static Running start(String... args) {
            Console console = new Console();
            CompletableFuture<Integer> code = new CompletableFuture<>();
            Thread thread = new Thread(() -> code.complete(console.run(args)));
            thread.start();
            return new Running(console, thread, code);
        }

        /** What Ctrl-C does. */
        int stop() {
            thread.interrupt();
            return await().atMost(LIMIT).until(code::join, c -> true);
        }

        List<String> lines() {
            return console.out().lines().toList();
        }
    }

    private static String[] with(int port, String command, String... more) {
        return Stream.concat(Stream.of(command, "-h", "127.0.0.1", "-p", String.valueOf(port)), Stream.of(more))
                .toArray(String[]::new);
    }

    /** Starts {@code sub} and returns when the broker delivers to it. */
    private static Running subscribed(String topic, String... more) {
        Running sub = Running.start(with(port, "sub", more));
        try (MqttProbe probe = MqttProbe.connect(port)) {
            await().atMost(LIMIT).pollInterval(Duration.ofMillis(50)).until(() -> {
                probe.publish(topic, "are you there");
                return sub.console().out().contains("are you there");
            });
        }
        return sub;
    }

    private static Console pub(String in, String... more) {
        Console console = new Console(in);
        assertThat(console.run(with(port, "pub", more))).as(console.err()).isZero();
        return console;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqttv5", "mqttv311"})
    void carriesEveryKindOfPayloadInOrder(String version) throws Exception {
        String topic = "kinds/" + version;
        Path file = Files.writeString(folder.resolve("payload"), "from a file\n");
        try (MqttProbe probe = MqttProbe.connect(port).subscribe(topic)) {
            // The next client may overtake one whose messages nobody acknowledges.
            pub("", "-V", version, "-t", topic, "-m", "-é", "-q", "0");
            awaitCount(probe, 1);
            pub("", "-V", version, "-t", topic, "-f", file.toString(), "-q", "1");
            pub("one\n\nthree", "-V", version, "-t", topic, "-s", "-q", "2");
            pub("one\n\nthree", "-V", version, "-t", topic, "-l", "-q", "1");
            pub("", "-V", version, "-t", topic, "-n");
            awaitCount(probe, 7);
            pub("", "-V", version, "-t", topic, "-m", "again", "--repeat", "2", "-q", "1");

            awaitCount(probe, 9);
            assertThat(probe.received().stream().map(Received::payload))
                    .containsExactly("-é", "from a file\n", "one\n\nthree", "one", "", "three", "", "again", "again");
        }
    }

    private static void awaitCount(MqttProbe probe, int count) {
        await().atMost(LIMIT).until(() -> probe.received().size() == count);
    }

    @Test
    void retainsAndClears() {
        pub("", "-t", "kept/a", "-m", "21", "-r", "-q", "1");
        Console retained = new Console();
        assertThat(retained.run(with(port, "sub", "-t", "kept/#", "-C", "1", "-v")))
                .isZero();
        assertThat(retained.out()).isEqualTo("kept/a 21\n");

        pub("", "-t", "kept/a", "-n", "-r", "-q", "1");

        assertThat(new Console().run(with(port, "sub", "-t", "kept/#", "-C", "1", "-W", "1")))
                .isEqualTo(27);
    }

    @ParameterizedTest
    @CsvSource({"mqttv5,1", "mqttv311,1", "mqttv5,0"})
    void printsEveryMessageOnceAndInOrder(String version, String qos) {
        int many = 50_000;
        String topic = "many/" + version + "/" + qos;
        Running sub = subscribed(topic, "-t", topic, "-q", qos, "-V", version);

        String numbers =
                IntStream.rangeClosed(1, many).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        pub(numbers, "-t", topic, "-l", "-q", qos, "-V", version);

        await().atMost(Duration.ofMinutes(3)).until(() -> sub.console().out().endsWith("\n" + many + "\n"));
        assertThat(sub.stop()).isZero();
        assertThat(sub.lines().stream().dropWhile("are you there"::equals).collect(Collectors.joining("\n")))
                .isEqualTo(numbers);
    }

    @Test
    void leavesOutWhatIsNotWanted() {
        pub("", "-t", "pick/stale", "-m", "old", "-r", "-q", "1");
        Running sub = subscribed("pick/x", "-t", "pick/#", "-t", "pock", "-T", "pick/secret/+", "-R", "-F", "%t %p %x");
        pub("", "-t", "pick/secret/a", "-m", "no");
        pub("", "-t", "pock", "-m", "yes");

        await().atMost(LIMIT).until(() -> sub.lines().contains("pock yes 796573"));
        assertThat(sub.stop()).isZero();
        assertThat(sub.console().out()).doesNotContain("secret", "stale");
    }

    @Test
    void endsWithTheFirstMessageThatIsNotRetained() {
        pub("", "-t", "only/a", "-m", "kept", "-r", "-q", "1");
        Running sub = Running.start(with(port, "sub", "-t", "only/#", "--retained-only"));
        await().atMost(LIMIT).until(() -> sub.lines().contains("kept"));

        pub("", "-t", "only/b", "-m", "fresh");

        assertThat(sub.code().orTimeout(60, TimeUnit.SECONDS).join()).isZero();
        assertThat(sub.console().out()).isEqualTo("kept\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mqttv5", "mqttv311"})
    void findsInItsSessionWhatCameWhileItWasAway(String version) {
        String asked = "away/" + version + "/asked";
        String[] session = {"-t", "away/" + version + "/#", "-q", "1", "-c", "-i", "away-" + version, "-V", version};
        Running first = subscribed(asked, session);
        first.stop();
        pub("1\n2\n3\n4", "-t", "away/" + version + "/x", "-l", "-q", "1");
        // On a busy machine it was asked more than once whether the first one is there: the rest waits in the session.
        String[] two = {"-T", asked, "-C", "2"};

        Console second = new Console();
        assertThat(second.run(with(
                        port,
                        "sub",
                        Stream.concat(Stream.of(session), Stream.of(two)).toArray(String[]::new))))
                .isZero();
        Console third = new Console();
        assertThat(third.run(with(
                        port,
                        "sub",
                        Stream.concat(Stream.of(session), Stream.of(two)).toArray(String[]::new))))
                .isZero();

        List<String> lines = new ArrayList<>(second.out().lines().toList());
        third.out().lines().forEach(lines::add);
        assertThat(lines).containsExactly("1", "2", "3", "4");
    }

    @Test
    void takesUpItsSubscriptionAgainWhenTheLinkDropped() throws Exception {
        try (FaultProxy gate = new FaultProxy(port)) {
            Running sub = Running.start(with(gate.port(), "sub", "-t", "drop/#", "-q", "1", "-k", "5"));
            try (MqttProbe probe = MqttProbe.connect(port)) {
                awaitEcho(probe, sub, "before");
                gate.refuse().cut();
                await().atMost(LIMIT).until(() -> sub.console().err().contains("trying again"));
                gate.accept();

                awaitEcho(probe, sub, "after");
            }
            assertThat(sub.stop()).isZero();
            assertThat(sub.console().err().lines()).allMatch(line -> line.startsWith("Warning: no connection"));
        }
    }

    private static void awaitEcho(MqttProbe probe, Running sub, String payload) {
        await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
            probe.publish("drop/a", payload);
            return sub.lines().contains(payload);
        });
    }

    @Test
    void leavesItsWillWhenItVanishes() throws Exception {
        try (FaultProxy gate = new FaultProxy(port);
                MqttProbe probe = MqttProbe.connect(port).subscribe("will/#")) {
            Running sub = Running.start(with(
                    gate.port(), "sub", "-t", "wills/x", "-v", "--will-topic", "will/a", "--will-payload", "gone"));
            try (MqttProbe other = MqttProbe.connect(port)) {
                await().atMost(LIMIT).pollInterval(Duration.ofMillis(100)).until(() -> {
                    other.publish("wills/x", "y");
                    return sub.console().out().contains("wills/x y");
                });
            }

            gate.refuse().cut();

            probe.awaitMessage("will/a", "gone");
            sub.stop();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "pub -t a -m b -u wrong -P x,refused the connection",
        "sub -t a -u wrong -P x,refused the connection",
        "pub -t a -m b -u wrong -P x -V mqttv311,refused the connection",
        "pub -t forbidden/a -m b -q 1,not authorized",
        "sub -t forbidden/a,not subscribed to forbidden/a",
        "sub -t forbidden/a -V mqttv311,not subscribed to forbidden/a",
        "simulate -u wrong -P x,refused the connection"
    })
    void tellsInOneLineWhatTheBrokerRefuses(String line, String reason) {
        Console console = new Console();
        String[] words = line.split(" ");
        String[] rest = Arrays.copyOfRange(words, 1, words.length);

        assertThat(console.run(with(port, words[0], rest))).isEqualTo(1);

        assertThat(console.err().lines())
                .singleElement()
                .asString()
                .startsWith("Error: ")
                .contains(reason);
        assertThat(console.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pub -t a -m b", "sub -t a", "simulate"})
    void tellsInOneLineThatNobodyListens(String line) throws Exception {
        try (FaultProxy closed = new FaultProxy(port).refuse()) {
            Console console = new Console();
            String[] words = line.split(" ");
            String[] rest = Arrays.copyOfRange(words, 1, words.length);

            assertThat(console.run(with(closed.port(), words[0], rest))).isEqualTo(1);

            assertThat(console.err())
                    .isEqualToNormalizingNewlines("Error: 127.0.0.1:" + closed.port() + ": connection refused\n");
        }
    }

    @Test
    void saysNothingWhenQuiet() {
        Console console = new Console();

        assertThat(console.run(with(port, "pub", "-t", "forbidden/a", "-m", "b", "-q", "1", "--quiet")))
                .isEqualTo(1);
        assertThat(console.err()).isEmpty();
    }
}
