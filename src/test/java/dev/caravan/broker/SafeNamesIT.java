package dev.caravan.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.caravan.broker.Client.Received;
import dev.caravan.testkit.Patience;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerBasePlugin;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeNamesIT extends WithBroker {

    private static final int MESSAGES = 20;

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void keepsTheQueuesOfClientsApart(int version) throws Exception {
        Client.connect(version, port(), "a", true).subscribe("b/c").close();
        Client.connect(version, port(), "a.b", true).subscribe("c").close();
        Client.connect(version, port(), "a%2Eb", true).subscribe("c").close();
        Client.connect(version, port(), "x::a.b", true).subscribe("c").close();
        restart();
        publish("b/c", "c");

        assertReceived(version, "a", "b/c");
        assertReceived(version, "a.b", "c");
        assertReceived(version, "a%2Eb", "c");
        assertReceived(version, "x::a.b", "c");
    }

    @ParameterizedTest
    @CsvSource({"3, g, t", "5, g, t", "5, g.h, t", "5, g, h/t"})
    void keepsTheQueueOfAShareGroupFromAClientOfItsName(int version, String group, String filter) {
        try (Client named = Client.connect(version, port(), group).subscribe(filter);
                Client member = Client.connect(version, port(), "member").subscribe("$share/" + group + "/" + filter)) {
            publish(filter);

            assertThat(payloads(named, filter)).isEqualTo(numbers());
            assertThat(payloads(member, filter)).isEqualTo(numbers());
            member.unsubscribe("$share/" + group + "/" + filter);
        }
        await().atMost(Patience.LIMIT).until(() -> BrokerQueues.withPrefix(broker.server(), "").stream()
                .allMatch(queue -> queue.getName().toString().startsWith("$")));
    }

    @ParameterizedTest
    @CsvSource({"$caravan, expired", "$sys, mqtt/sessions", "x, $share/$caravan/expired"})
    void subscribesNobodyToAQueueOfTheBrokersOwn(String clientId, String filter) {
        try (Client client = Client.connect(5, port(), clientId).subscribe(filter)) {
            for (String queue : List.of("$caravan.expired", "$sys.mqtt.sessions")) {
                assertThat(broker.server().locateQueue(queue).getConsumerCount())
                        .as(queue)
                        .isZero();
            }
            assertThat(client.received()).isEmpty();
        }
    }

    /** Artemis puts the Client Identifier between quotes when it looks for a session to delete. */
    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void deletesNobodysSessionForAClientWithAQuoteInItsName(int version) throws Exception {
        Client.connect(version, port(), "victim", true).subscribe("a").close();
        for (String name : List.of("x' OR 'a'='a", "o'neil")) {
            Client.connect(version, port(), name)
                    .subscribe("b")
                    .unsubscribe("b")
                    .close();
        }
        restart();
        publish("a");

        assertReceived(version, "victim", "a");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 5})
    void keepsSessionsAndShareGroupsThatAreOlderThanTheseNames(int version) throws Exception {
        ActiveMQServerBasePlugin names = broker.server().getBrokerPlugins().stream()
                .filter(SafeNames.class::isInstance)
                .findAny()
                .orElseThrow();
        broker.server().unRegisterBrokerPlugin(names);
        Client.connect(version, port(), "old.client", true)
                .subscribe("x/+")
                .subscribe("$share/g/y")
                .close();
        assertThat(broker.server().locateQueue("old.client.x.*")).isNotNull();
        restart();
        publish("x/a", "y");

        try (Client client = Client.connect(version, port(), "old.client", true)) {
            assertThat(payloads(client, "x/a")).isEqualTo(numbers());
            assertThat(payloads(client, "y")).isEqualTo(numbers());
            client.unsubscribe("x/+").unsubscribe("$share/g/y");
        }
        assertThat(broker.server().locateQueue("old.client.x.*")).isNull();
        assertThat(broker.server().locateQueue("g.y")).isNull();
    }

    private void assertReceived(int version, String clientId, String topic) {
        try (Client client = Client.connect(version, port(), clientId, true)) {
            assertThat(payloads(client, topic)).isEqualTo(numbers());
            assertThat(client.received()).extracting(Received::topic).containsOnly(topic);
        }
    }

    /** Numbers, and then the end, to each of these topics. */
    private void publish(String... topics) {
        try (Client publisher = Client.connect(5, port(), "publisher")) {
            for (String topic : topics) {
                numbers().forEach(number -> publisher.publish(topic, 1, number));
                publisher.publishEnd(topic);
            }
        }
    }

    private static List<String> payloads(Client client, String topic) {
        return client.receivedBeforeEnd(topic).stream()
                .filter(message -> message.topic().equals(topic))
                .map(Received::payload)
                .toList();
    }

    private static List<String> numbers() {
        return IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList();
    }

    private void restart() throws Exception {
        broker.stop();
        start();
    }
}
