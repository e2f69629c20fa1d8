package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttVersion;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.junit.jupiter.api.Test;

/** On links that answer when the test says so. */
class SubscriptionsTest {

    private static final BrokerAddress FIRST = BrokerAddress.parse("tcp://first:1883");
    private static final BrokerAddress SECOND = BrokerAddress.parse("tcp://second:1883");

    private final SessionFilters filters = new SessionFilters(null);
    private final Subscriptions subscriptions = subscriptions("a", "b");

    @Test
    void asksAgainForWhatALostLinkLeftUnanswered() {
        HeldLink lost = new HeldLink();
        CompletableFuture<List<String>> answer = subscriptions.request(lost, FIRST, true);
        lost.grant("a");
        lost.cut();

        HeldLink next = new HeldLink();
        CompletableFuture<List<String>> later = subscriptions.request(next, FIRST, false);

        assertThat(answer).isCompletedExceptionally();
        assertThat(next.subscribes).containsOnlyKeys("b");
        assertThat(later).isNotDone();
        next.grant("b");
        assertThat(later).isCompletedWithValue(List.of());
    }

    @Test
    void asksAgainForNothingThatIsGranted() {
        subscribed(FIRST);
        HeldLink next = new HeldLink();

        assertThat(subscriptions.request(next, FIRST, false)).isCompletedWithValue(List.of());
        assertThat(next.subscribes).isEmpty();
    }

    @Test
    void asksForEverythingInANewSession() {
        subscribed(FIRST);
        HeldLink next = new HeldLink();
        subscriptions.forget(FIRST);

        var unused = subscriptions.request(next, FIRST, true);

        assertThat(next.subscribes).containsOnlyKeys("a", "b");
    }

    @Test
    void asksForEverythingAtAnotherAddressAlthoughASessionIsPresent() {
        subscribed(FIRST);
        HeldLink next = new HeldLink();

        var unused = subscriptions.request(next, SECOND, false);

        assertThat(next.subscribes).containsOnlyKeys("a", "b");
    }

    @Test
    void asksAgainOnTheSameLinkForTheRefusedOneOnly() {
        HeldLink link = new HeldLink();
        CompletableFuture<List<String>> answer = subscriptions.request(link, FIRST, true);
        link.grant("a");
        link.refuse("b");
        assertThat(answer).isCompletedWithValue(List.of("b: NOT_AUTHORIZED"));
        link.subscribes.clear();

        var unused = subscriptions.request(link, FIRST, false);

        assertThat(link.subscribes).containsOnlyKeys("b");
    }

    @Test
    void isNotSatisfiedWithARefusedFilterAfterAReconnect() {
        HeldLink link = new HeldLink();
        var unused = subscriptions.request(link, FIRST, true);
        link.grant("a");
        link.refuse("b");
        link.cut();
        HeldLink next = new HeldLink();

        assertThat(subscriptions.request(next, FIRST, false)).isNotDone();
        assertThat(next.subscribes).containsOnlyKeys("b");
    }

    @Test
    void repeatsAnUnsubscribeThatWasNotAnswered() {
        filters.add(FIRST, "client", Set.of("old"));
        HeldLink lost = subscribed(FIRST, false);
        assertThat(lost.unsubscribes).containsOnlyKeys("old");
        lost.cut();
        HeldLink next = new HeldLink();

        assertThat(subscriptions.request(next, FIRST, false)).isCompletedWithValue(List.of());

        assertThat(next.unsubscribes).containsOnlyKeys("old");
        Objects.requireNonNull(next.unsubscribes.get("old")).complete(null);
        HeldLink last = new HeldLink();
        assertThat(subscriptions.request(last, FIRST, false)).isCompletedWithValue(List.of());
        assertThat(last.unsubscribes).isEmpty();
    }

    private void subscribed(BrokerAddress broker) {
        var unused = subscribed(broker, true);
    }

    private HeldLink subscribed(BrokerAddress broker, boolean newSession) {
        HeldLink link = new HeldLink();
        CompletableFuture<List<String>> answer = subscriptions.request(link, broker, newSession);
        link.grant("a");
        link.grant("b");
        assertThat(answer).isCompletedWithValue(List.of());
        return link;
    }

    private Subscriptions subscriptions(String... topicFilters) {
        ClientOptions options = new ClientOptions(
                MqttVersion.MQTT_3_1_1,
                List.of(FIRST, SECOND),
                "client",
                List.of(topicFilters).stream()
                        .map(filter -> new ClientOptions.Subscription(filter, MqttQos.AT_LEAST_ONCE, false))
                        .toList(),
                false,
                60,
                new Tls(null, null),
                () -> new Credentials(null, null),
                null,
                false,
                new PahoMqtt5Configuration());
        return new Subscriptions(options, filters, Runnable::run);
    }
}
