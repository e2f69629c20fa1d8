package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import dev.caravan.broker.Client.Received;
import dev.caravan.testkit.TestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is retained, each with clients of MQTT 3.1.1 and of MQTT 5. */
class RetainedMessagesIT extends WithBroker {

    /** Larger than a record of the journal may be, so that the broker keeps it in a file of its own. */
    private static final String LARGE = "x".repeat(700_000);

    private static final List<String> TOPICS = List.of(
            "a/b",
            "a.b",
            "a.b/c",
            "a.b/c.d/e",
            "a//b",
            "/a",
            "a/",
            "x*y/c",
            "$own/a.b",
            "$own",
            "c\\d",
            "c\\/d",
            "c%5Cd",
            "\\\\/c");

    private static final Set<String> ALL =
            TOPICS.stream().filter(topic -> !topic.startsWith("$")).collect(Collectors.toSet());

    private static final Map<String, Set<String>> MATCHES = new TreeMap<>(Map.ofEntries(
            Map.entry("+/c", Set.of("a.b/c", "x*y/c", "\\\\/c")),
            Map.entry("c\\d", Set.of("c\\d")),
            Map.entry("c%5Cd", Set.of("c%5Cd")),
            Map.entry("c\\/+", Set.of("c\\/d")),
            Map.entry("+/d", Set.of("c\\/d")),
            Map.entry("\\\\/#", Set.of("\\\\/c")),
            Map.entry("a.b/+", Set.of("a.b/c")),
            Map.entry("a.b/#", Set.of("a.b", "a.b/c", "a.b/c.d/e")),
            Map.entry("+/+", Set.of("a/b", "a.b/c", "/a", "a/", "x*y/c", "c\\/d", "\\\\/c")),
            Map.entry("+", Set.of("a.b", "c\\d", "c%5Cd")),
            Map.entry("+/b", Set.of("a/b")),
            Map.entry("+/+/e", Set.of("a.b/c.d/e")),
            Map.entry("a/#", Set.of("a/b", "a//b", "a/")),
            Map.entry("a/+/b", Set.of("a//b")),
            Map.entry("+/#", ALL),
            Map.entry("#", ALL),
            Map.entry("$own/+", Set.of("$own/a.b")),
            Map.entry("$own/#", Set.of("$own", "$own/a.b")),
            Map.entry("a.b", Set.of("a.b")),
            Map.entry("x*y/c", Set.of("x*y/c"))));

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void keepsRetainedMessagesOfEachQosAcrossARestart(int version) throws Exception {
        try (Client publisher = connect(version)) {
            for (int qos = 0; qos <= 2; qos++) {
                publisher.publish("r/qos" + qos, qos, "old", true).publish("r/qos" + qos, qos, "new", true);
            }
            publisher.publish("r/large", 0, LARGE, true).publish("r/live", 0, "not retained");
        }
        for (int i = 0; i < 2; i++) {
            restart();
            assertThat(retained(version, "r/#"))
                    .containsExactlyInAnyOrder(
                            new Received("r/qos0", 0, true, "new"),
                            new Received("r/qos1", 1, true, "new"),
                            new Received("r/qos2", 2, true, "new"),
                            new Received("r/large", 0, true, LARGE));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void forgetsARetainedMessageOfQos0ThatWasClearedAlsoAfterARestart(int version) throws Exception {
        try (Client publisher = connect(version)) {
            publisher
                    .publish("r/kept", 0, "kept", true)
                    .publish("r/gone", 0, "gone", true)
                    .publish("r/large", 0, LARGE, true);
        }
        restart();
        try (Client publisher = connect(version)) {
            publisher.publish("r/gone", 0, "", true).publish("r/large", 0, "", true);
        }
        assertThat(retained(version, "r/#")).containsExactly(new Received("r/kept", 0, true, "kept"));

        restart();

        assertThat(retained(version, "r/#")).containsExactly(new Received("r/kept", 0, true, "kept"));
    }

    /** Nothing acknowledges QoS 0. But what the publisher is told of what it sent later holds for what came before. */
    @Test
    void hasARetainedMessageOfQos0OnDiskWhenTheNextMessageIsAcknowledged() throws Exception {
        Path crashed = folder.resolve("crashed");
        try (Client publisher = connect(5)) {
            publisher.publish("r/x", 0, "first", true).publish("r/x", 0, "second", true);
            copy(folder.resolve("data"), crashed.resolve("data"));
        }
        broker.stop();
        broker = EmbeddedBroker.start(TestSettings.in(crashed), (topic, payload) -> {});

        assertThat(retained(5, "r/#")).containsExactly(new Received("r/x", 0, true, "second"));
    }

    @Test
    void deliversQos0InOrderWhileSomeOfItGoesToTheJournal() throws Exception {
        int messages = 20_000;
        try (Client subscriber = connect(5).subscribe("r/#");
                Client publisher = connect(5)) {
            for (int i = 0; i < messages; i++) {
                publisher.send("r/" + i % 3, MqttQos.AT_MOST_ONCE, Integer.toString(i), i % 5 == 0);
            }
            publisher.publishEnd("r/end");
            List<String> received = subscriber.receivedBeforeEnd("r/end").stream()
                    .map(Received::payload)
                    .toList();
            assertThat(received)
                    .isEqualTo(IntStream.range(0, messages)
                            .mapToObj(Integer::toString)
                            .toList());
        }
        restart();
        assertThat(retained(5, "r/#").stream().map(Received::payload))
                .containsExactlyInAnyOrder("19995", "19990", "19985");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void findsRetainedMessagesAsMqttMatchesTopics(int version) {
        Map<String, Client> subscribers = new TreeMap<>();
        MATCHES.keySet()
                .forEach(filter -> subscribers.put(filter, connect(version).subscribe(filter)));
        Map<String, Set<String>> live = new TreeMap<>();
        Map<String, Set<String>> retained = new TreeMap<>();
        try (Client publisher = connect(version)) {
            TOPICS.forEach(topic -> publisher.publish(topic, 1, "x", true));
            subscribers.forEach((filter, subscriber) -> {
                publisher.publishEnd(topicOf(filter));
                live.put(filter, topics(subscriber.receivedBeforeEnd(topicOf(filter))));
                retained.put(filter, topics(retained(version, filter)));
                subscriber.close();
            });
        }
        assertThat(live).as("live").isEqualTo(MATCHES);
        assertThat(retained).as("retained").isEqualTo(MATCHES);
    }

    private static Set<String> topics(List<Received> messages) {
        Set<String> topics = new TreeSet<>();
        messages.forEach(message -> assertThat(topics.add(message.topic()))
                .as("%s comes once", message.topic())
                .isTrue());
        return topics;
    }

    /** What a new subscription is sent before a message that is published then. */
    private List<Received> retained(int version, String filter) {
        try (Client subscriber = connect(version).subscribe(filter);
                Client publisher = connect(version)) {
            publisher.publishEnd(topicOf(filter));
            List<Received> received = subscriber.receivedBeforeEnd(topicOf(filter));
            assertThat(received).allMatch(Received::retained);
            return received;
        }
    }

    /** A topic that a filter matches. */
    private static String topicOf(String filter) {
        return filter.replace("#", "end").replace("+", "end");
    }

    private Client connect(int version) {
        return Client.connect(version, port(), "test-" + UUID.randomUUID());
    }

    /** Its name inside the broker is three times as long, and longer than a Topic Name may be. */
    @Test
    void takesALongTopicOfBackslashesLikeAnyOther() {
        String longTopic = "b/" + "\\".repeat(22_000);
        try (Client publisher = connect(5)) {
            publisher.publish("b/short", 1, "1", true).publish(longTopic, 1, "2", true);
        }
        try (Client subscriber = connect(5).subscribe("#")) {
            await().untilAsserted(() -> assertThat(subscriber.received())
                    .extracting(Received::payload)
                    .containsExactlyInAnyOrder("1", "2"));
        }
        try (Client publisher = connect(5)) {
            publisher.publish(longTopic, 1, "", true);
        }
        try (Client subscriber = connect(5).subscribe("b/+")) {
            await().until(() -> !subscriber.received().isEmpty());
            publishEnd("b/end");
            assertThat(subscriber.receivedBeforeEnd("b/end"))
                    .extracting(Received::payload)
                    .containsExactly("1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void sendsNothingRetainedToASharedSubscription(int version) {
        try (Client publisher = connect(version)) {
            publisher.publish("a/b", 1, "retained", true);
        }
        try (Client member = connect(version).subscribe("$share/g/a/+")) {
            publishEnd("a/end");
            assertThat(member.receivedBeforeEnd("a/end")).isEmpty();
        }
    }

    private void publishEnd(String topic) {
        try (Client publisher = connect(5)) {
            publisher.publishEnd(topic);
        }
    }

    private void restart() throws Exception {
        broker.stop();
        start();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }
}
