package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.mqtt.SimulatedLink.Fate;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Suspicion} in its {@link Publisher}, on links that are simulated. A message is named topic, colon, number. */
class SuspicionTest {

    private static final String PROBE = "probe:0";
    private static final int FLAPS = 100;

    private Function<String, Fate> broker = message -> Fate.TAKEN;
    private boolean retainAvailable = true;
    private int receiveMaximum = 20;
    private Publisher publisher = publisher(null);

    /** Everything that arrived at the broker's side, in order. */
    private final List<String> tried = new ArrayList<>();

    private final List<String> taken = new ArrayList<>();

    /** What failed, and why. */
    private final Map<String, String> failed = new HashMap<>();

    private int acknowledged;

    @Test
    void triesAnotherTopicsFirstMessageBeforeTheSuspect() {
        broker = hangsUpOn("a:1");
        publish("a:1", "a:2", "b:1", "b:2", "c:1");

        links(Suspicion.STRIKES);
        assertThat(tried).containsOnly("a:1");
        tried.clear();
        links(1);
        assertThat(tried).containsExactly("b:1", "a:1");
        assertThat(failed).isEmpty();
        tried.clear();
        links(1);
        assertThat(tried).containsExactly("b:2", "a:1");
        assertThat(failed).containsOnlyKeys("a:1");
        links(1);
        assertThat(taken).containsExactly("b:1", "b:2", "a:2", "c:1");
    }

    @Test
    void triesItsOwnProbeWhereAllBehindIsOfOneTopic() {
        publisher = publisher(PROBE);
        broker = hangsUpOn("a:1");
        publish("a:1", "a:2", "a:3");

        links(Suspicion.STRIKES + Suspicion.CONFIRMATIONS_WITH_OWN_PROBE + 1);

        assertThat(failed).containsOnlyKeys("a:1");
        assertThat(taken.stream().filter(PROBE::equals)).hasSize(Suspicion.CONFIRMATIONS_WITH_OWN_PROBE);
        assertThat(taken).endsWith("a:2", "a:3");
        assertThat(publisher.inFlight()).isZero();
        assertThat(acknowledged).isEqualTo(2);
    }

    @Test
    void takesTheNextOfTheTopicOnlyAfterMuchPatience() {
        broker = hangsUpOn("a:1");
        publish("a:1", "a:2", "a:3", "a:4");

        links(Suspicion.PATIENCE);
        assertThat(taken).isEmpty();
        links(Suspicion.CONFIRMATIONS + 1);

        assertThat(failed).containsOnlyKeys("a:1");
        assertThat(taken).containsExactly("a:2", "a:3", "a:4");
    }

    @ParameterizedTest
    @CsvSource({
        "a:1 a:2, a:1 a:2 a:3 a:4 a:5 a:6",
        "a:1 b:1, a:1 b:1 a:2 b:2 c:1 c:2 c:3 c:4",
        "a:1 b:1, a:1 b:1 a:2 a:3 b:2 b:3 a:4 b:4 a:5",
        "a:1 a:2, a:1 a:2 b:1 b:2 b:3 b:4 a:3"
    })
    void failsTwoInARow(String poison, String line) {
        for (String probe : new String[] {null, PROBE}) {
            fresh(probe);
            broker = hangsUpOn(poison.split(" "));
            publish(line.split(" "));
            links(100);

            assertThat(failed).containsOnlyKeys(poison.split(" "));
            assertThat(taken)
                    .contains(Stream.of(line.split(" "))
                            .filter(message -> !poison.contains(message))
                            .toArray(String[]::new));
            assertOrderWithinTopics();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 20})
    void failsThePoisonWhateverTheWindow(int window) {
        receiveMaximum = window;
        broker = hangsUpOn("a:3");
        publish("a:1", "a:2", "a:3", "b:1", "b:2", "a:4");

        links(Suspicion.STRIKES + 4);

        assertThat(failed).containsOnlyKeys("a:3");
        assertThat(taken).containsExactly("a:1", "a:2", "b:1", "b:2", "a:4");
    }

    @ParameterizedTest
    @CsvSource({"a:1", "a:1 b:1", "a:1 b:1 c:1"})
    void neverGivesUpAMessageThatStandsInNobodysWay(String line) {
        publisher = publisher(line.equals("a:1") ? PROBE : null);
        broker = hangsUpOn("a:1");
        publish(line.split(" "));
        links(FLAPS);

        assertThat(failed.containsKey("a:1")).isEqualTo(line.endsWith("c:1"));
        publish("a:2", "a:3");
        links(FLAPS);
        publish("a:4");
        links(FLAPS);
        assertThat(failed).containsOnlyKeys("a:1");
        assertThat(taken).endsWith("a:2", "a:3", "a:4");
    }

    @Test
    void forgetsAllOnceTheSuspectIsAnswered() {
        broker = hangsUpOn("a:1");
        publish("a:1", "b:1", "b:2", "b:3");
        links(Suspicion.STRIKES + 1);
        broker = message -> switch (message) {
            case "a:1" -> Fate.REFUSED;
            case "b:2" -> Fate.TAKEN;
            default -> Fate.LINK_ENDS;
        };

        links(1);
        assertThat(failed.get("a:1")).contains("refused");
        links(3);
        assertThat(failed).hasSize(1);
        assertThat(tried).endsWith("b:2", "a:1", "b:3", "b:3", "b:3", "b:3");
    }

    @Test
    void beginsAnewAfterAProbeThatFailed() {
        publisher = publisher(PROBE);
        broker = hangsUpOn("a:1");
        publish("a:1", "a:2");
        links(Suspicion.STRIKES + 1);
        broker = hangsUpOn("a:1", PROBE);
        links(1);
        broker = hangsUpOn("a:1");

        links(Suspicion.STRIKES + Suspicion.CONFIRMATIONS_WITH_OWN_PROBE - 1);
        assertThat(failed).isEmpty();
        links(1);
        assertThat(failed).containsOnlyKeys("a:1");
    }

    @Test
    void learnsNothingFromAMessageThatWasNotSent() {
        retainAvailable = false;
        broker = hangsUpOn("a:1");
        Mqtt5Publish retained = message("b:1").extend().retain(true).build();
        publish("a:1", "a:2", "a:3");
        publisher.publish(retained, failure -> failed.put("b:1", String.valueOf(failure)));

        links(Suspicion.STRIKES + Suspicion.CONFIRMATIONS);

        assertThat(failed).containsOnlyKeys("b:1");
        assertThat(taken).isEmpty();
    }

    @Test
    void sendsAProbeWithoutItsFlagToABrokerThatRetainsNothing() {
        retainAvailable = false;
        publisher = publisher(PROBE);
        broker = hangsUpOn("a:1");
        publish("a:1", "a:2");

        links(Suspicion.STRIKES + Suspicion.CONFIRMATIONS_WITH_OWN_PROBE + 1);

        assertThat(taken).startsWith(PROBE).endsWith("a:2");
    }

    @Test
    void learnsNothingFromALinkOnWhichNothingWasSent() {
        for (int i = 0; i < FLAPS; i++) {
            assertThat(links(1)).isFalse();
        }
    }

    @Test
    void rejectsAProbeThatNobodyAcknowledges() {
        Mqtt5Publish probe = message(PROBE).extend().qos(MqttQos.AT_MOST_ONCE).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Publisher("b", new Publisher.Limits(1, 1), task -> {}, probe));
    }

    @ParameterizedTest
    @CsvSource({"1, true", "2, false", "2, true", "3, false"})
    void neverReordersATopicOnALinkThatFlaps(int topics, boolean withProbe) {
        for (int seed = 0; seed < FLAPS; seed++) {
            for (double drops : new double[] {0.2, 0.5, 0.8}) {
                fresh(withProbe ? PROBE : null);
                flap(new Random(seed), drops, topics);
                assertOrderWithinTopics();
            }
        }
    }

    /** With these seeds: by chance such a link may show the very pattern of a message at fault, the more it drops. */
    @ParameterizedTest
    @CsvSource({"1, false, 0.2", "1, true, 0.2", "3, false, 0.2", "3, true, 0.2", "1, true, 0.5", "3, true, 0.7"})
    void blamesNobodyForALinkThatDropsMessages(int topics, boolean withProbe, double drops) {
        for (int seed = 0; seed < FLAPS; seed++) {
            fresh(withProbe ? PROBE : null);
            flap(new Random(seed), drops, topics);
            assertThat(failed).as("seed %d", seed).isEmpty();
            assertOrderWithinTopics();
        }
    }

    /** Fails, recovers for a single message, fails once more, recovers. */
    @ParameterizedTest
    @CsvSource({"true, a:1 a:2 a:3", "false, a:1 a:2 b:1 b:2 a:3", "true, a:1 b:1 b:2 c:1"})
    void blamesNobodyAtWhateverMomentALinkRecovers(boolean withProbe, String line) {
        for (int rounds = 1; rounds < 2 * Suspicion.PATIENCE; rounds++) {
            fresh(withProbe ? PROBE : null);
            int bad = rounds;
            broker = message -> tried.size() <= bad || tried.size() == bad + 2 ? Fate.LINK_ENDS : Fate.TAKEN;
            publish(line.split(" "));
            links(rounds + 2);

            assertThat(failed).as("%d rounds", rounds).isEmpty();
            assertThat(acknowledged).isEqualTo(line.split(" ").length);
            assertOrderWithinTopics();
        }
    }

    private void flap(Random random, double drops, int topics) {
        broker = message -> {
            if (random.nextDouble() >= drops) {
                return Fate.TAKEN;
            }
            return random.nextBoolean() ? Fate.LINK_ENDS : Fate.TAKEN_UNHEARD;
        };
        int[] numbers = new int[topics];
        for (int i = 0; i < FLAPS; i++) {
            for (int j = 0; j < 3; j++) {
                int topic = random.nextInt(topics);
                publish((char) ('a' + topic) + ":" + ++numbers[topic]);
            }
            links(1);
        }
        broker = message -> Fate.TAKEN;
        links(1);
    }

    private void fresh(@Nullable String probe) {
        publisher = publisher(probe);
        tried.clear();
        taken.clear();
        failed.clear();
        acknowledged = 0;
    }

    private Publisher publisher(@Nullable String probe) {
        return new Publisher(
                "the broker",
                new Publisher.Limits(20, Long.MAX_VALUE),
                task -> {},
                probe == null ? null : message(probe).extend().retain(true).build());
    }

    private static Mqtt5Publish message(String name) {
        return Mqtt5Publish.builder()
                .topic(name.substring(0, name.indexOf(':')))
                .payload(name.getBytes(StandardCharsets.UTF_8))
                .qos(MqttQos.AT_LEAST_ONCE)
                .build();
    }

    private void publish(String... names) {
        for (String name : names) {
            publisher.publish(message(name), failure -> {
                if (failure == null) {
                    acknowledged++;
                } else {
                    failed.put(name, failure.toString());
                }
            });
        }
    }

    /** @return whether the last link's end wants another soon */
    private boolean links(int count) {
        boolean soon = false;
        for (int i = 0; i < count; i++) {
            SimulatedLink link = new SimulatedLink(this::arrive);
            publisher.up(
                    link, new Link.Accepted(false, receiveMaximum, MqttQos.EXACTLY_ONCE, retainAvailable, Map.of()));
            var unused = link.close(false);
            soon = publisher.down(link);
        }
        return soon;
    }

    private static Function<String, Fate> hangsUpOn(String... poison) {
        return message -> List.of(poison).contains(message) ? Fate.LINK_ENDS : Fate.TAKEN;
    }

    /** By first arrival: a message may come again, but nothing may come before its predecessor. */
    private void assertOrderWithinTopics() {
        Map<Character, Integer> last = new HashMap<>();
        taken.stream().distinct().forEach(message -> {
            int number = Integer.parseInt(message.substring(message.indexOf(':') + 1));
            assertThat(number).as("%s in %s", message, taken).isGreaterThan(last.getOrDefault(message.charAt(0), -1));
            last.put(message.charAt(0), number);
        });
    }

    private Fate arrive(Mqtt5Publish message) {
        String name = new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8);
        tried.add(name);
        assertThat(message.isRetain() && !retainAvailable).isFalse();
        Fate fate = broker.apply(name);
        if (fate == Fate.TAKEN || fate == Fate.TAKEN_UNHEARD) {
            taken.add(name);
        }
        return fate;
    }
}
