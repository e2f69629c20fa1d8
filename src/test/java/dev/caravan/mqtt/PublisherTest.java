package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.mqtt.SimulatedLink.Fate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** On links that are simulated. */
class PublisherTest {

    private static final int WINDOW = 2;

    private final Publisher publisher =
            new Publisher("the broker", new Publisher.Limits(WINDOW, Long.MAX_VALUE), task -> {});
    private final List<String> arrived = new ArrayList<>();
    private final List<@Nullable Exception> outcomes = Collections.synchronizedList(new ArrayList<>());

    @Test
    void failsWhatExpiredWhileItWaited() {
        publisher.publish(message("a", 1).extend().messageExpiryInterval(1).build(), outcomes::add);
        publisher.publish(message("b", 1).extend().messageExpiryInterval(100).build(), outcomes::add);
        await().pollDelay(Duration.ofMillis(1_100)).until(() -> true);

        up(this::take);

        assertThat(arrived).containsExactly("b");
        assertThat(outcomes.get(0)).isInstanceOfSatisfying(MqttPublishException.class, e -> {
            assertThat(e.isExpired()).isTrue();
            assertThat(e).hasMessageContaining("Expiry");
        });
        assertThat(outcomes.get(1)).isNull();
    }

    @Test
    void goesOnAfterAnOutcomeThatThrows() {
        up(this::take);

        publisher.publish(message("a", 1), failure -> {
            throw new IllegalStateException("outcome");
        });
        publisher.publish(message("b", 1), outcomes::add);

        assertThat(outcomes).hasSize(1).containsOnlyNulls();
    }

    @Test
    void goesOnAfterAMessageThatCannotBeWritten() {
        up(message -> {
            if (message.getTopic().toString().equals("a")) {
                throw new IllegalArgumentException("not to be encoded");
            }
            return take(message);
        });

        publisher.publish(message("a", 1), outcomes::add);
        publisher.publish(message("b", 1), outcomes::add);

        assertThat(arrived).containsExactly("b");
        assertThat(outcomes.get(0)).hasMessageContaining("not to be encoded");
        assertThat(outcomes.get(1)).isNull();
        assertThat(publisher.inFlight()).isZero();
    }

    @Test
    void keepsFewMessagesOfQos0() {
        HeldLink link = new HeldLink();
        publisher.up(link, granted());
        publisher.publish(message("a", 1), outcomes::add);
        publisher.publish(message("b", 1), outcomes::add);

        for (int i = 0; i < 10 * WINDOW + 1; i++) {
            publisher.publish(message("c", 0), outcomes::add);
        }

        assertThat(outcomes).hasSize(1);
        assertThat(outcomes.get(0)).hasMessageContaining("QoS 0, and 20 of them already wait");
        List.copyOf(link.answers).forEach(answer -> answer.accept(null));
        publisher.publish(message("c", 0), outcomes::add);
        assertThat(outcomes).hasSize(3);
    }

    private void up(Function<Mqtt5Publish, Fate> broker) {
        publisher.up(new SimulatedLink(broker), granted());
    }

    private static Link.Accepted granted() {
        return new Link.Accepted(false, 100, MqttQos.EXACTLY_ONCE, true, Map.of());
    }

    private Fate take(Mqtt5Publish message) {
        arrived.add(message.getTopic().toString());
        return Fate.TAKEN;
    }

    private static Mqtt5Publish message(String topic, int qos) {
        return Mqtt5Publish.builder().topic(topic).qos(Qos.of(qos)).build();
    }
}
