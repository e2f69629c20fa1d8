package dev.caravan.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.testkit.BrokerScript;
import dev.caravan.testkit.BrokerScript.Answer;
import dev.caravan.testkit.BrokerScript.Kind;
import dev.caravan.testkit.FaultProxy;
import dev.caravan.testkit.Ledger.Report;
import dev.caravan.testkit.LedgerOptions;
import dev.caravan.testkit.LedgerPublisher;
import dev.caravan.testkit.LedgerReceiver;
import dev.caravan.testkit.MqttProbe;
import dev.caravan.testkit.ScriptedBroker;
import dev.caravan.testkit.ScriptedBroker.Message;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * One jar with a bridge to each kind of hostile remote and one to a good one, all at once. They are hostile together for
 * {@link #HOSTILITY}; then each test looks at one of them, and lets it behave.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileRemotesIT {

    private static final Duration HOSTILITY = Duration.ofSeconds(20);
    private static final Duration RECOVERY = Duration.ofSeconds(120);
    private static final int MESSAGES = 20;
    private static final int NOT_AUTHORIZED = 0x87;
    private static final int BAD_CREDENTIALS = 0x86;
    private static final int QUOTA_EXCEEDED = 0x97;

    /** By full jitter the pauses are about 0.5, 1, 2 and then 2.5 s (restart-timeout 5 s): half of them at most, ... */
    private static final double MOST_ATTEMPTS_A_SECOND = 0.8;

    /** ... and the short ones at the beginning. */
    private static final int FIRST_ATTEMPTS = 5;

    private static final Duration LOOK = Duration.ofSeconds(5);

    /** Of {@link #LOOK}; a bridge that is busy takes a whole core for as long as it has one. */
    private static final Duration MOST_CPU = Duration.ofSeconds(2);

    private final Map<String, ScriptedBroker> remotes = new TreeMap<>();

    private Path folder;
    private Site local;
    private Site good;
    private FaultProxy slow;
    private Report healthy;
    private long began;
    private long mostAttempts;
    private Duration cpu;
    private Map<String, Integer> attempts = Map.of();
    private List<Duration> localDelays;

    @BeforeAll
    void allAreHostileAtOnce(@TempDir Path own) throws Exception {
        folder = own;
        good = new Site(folder.resolve("good")).start();
        local = new Site(folder.resolve("local"));
        remote("never-puback").onPublish(m -> Answer.of(Kind.NEVER));
        remote("receive-maximum").receiveMaximum(1).onPublish(m -> Answer.late(Duration.ofMillis(50)));
        remote("suback").subAck((filter, qos) -> NOT_AUTHORIZED);
        remote("credentials").connAck(BAD_CREDENTIALS);
        remote("packet-size").maximumPacketSize(400);
        remote("not-authorized").onPublish(m -> m.payload().equals("3") ? Answer.reason(NOT_AUTHORIZED) : Answer.ok());
        remote("quota").onPublish(m -> Answer.reason(QUOTA_EXCEEDED));
        remote("garbage").garbage(true);
        remote("puback-garbage").onPublish(m -> Answer.of(Kind.GARBAGE));
        remote("mute").mute(true);
        ScriptedBroker behindSlowLink = new ScriptedBroker();
        remotes.put("slow", behindSlowLink);
        slow = new FaultProxy(behindSlowLink.port()).rate(1);
        bridge("slow", slow.port());
        local.bridge("good", good.port(), "ledger/# out 1", "restart-timeout", "5s");
        began = System.nanoTime();
        local.start();
        begin();
    }

    private BrokerScript remote(String name) throws Exception {
        ScriptedBroker broker = new ScriptedBroker();
        remotes.put(name, broker);
        bridge(name, broker.port());
        return broker.script();
    }

    private void bridge(String name, int port) throws Exception {
        local.bridge(
                name, port, name + "/# out 1\\nfrom-" + name + "/# in 1", "restart-timeout", "5s", "keepalive", "4s");
    }

    /** Load on the good bridge, messages for each hostile remote, and a look at what that costs. */
    private void begin() throws Exception {
        try (Trial trial = new Trial("a good bridge beside 11 bad ones", folder);
                LedgerReceiver receiver = new LedgerReceiver(
                                trial.ledger(), "receiver", "ledger/#", LedgerOptions.port(good.port()))
                        .awaitSubscribed(Trial.LIMIT);
                LedgerPublisher publisher = new LedgerPublisher(
                        trial.ledger(),
                        "publisher",
                        LedgerOptions.port(local.port()).withRate(500));
                MqttProbe probe = MqttProbe.connect(local.port()).subscribe("here/#")) {
            for (String name : remotes.keySet()) {
                for (int i = 0; i < MESSAGES; i++) {
                    probe.publish(name + "/t", name.equals("packet-size") && i == 3 ? "x".repeat(500) : "" + i);
                }
            }
            publisher.publish(500 * HOSTILITY.toSeconds());
            Instant end = Instant.now().plus(HOSTILITY);
            localDelays = IntStream.iterate(0, i -> Instant.now().isBefore(end), i -> i + 1)
                    .mapToObj(i -> {
                        long start = System.nanoTime();
                        probe.publish("here/t", "" + i);
                        probe.awaitMessage("here/t", "" + i);
                        return Duration.ofNanos(System.nanoTime() - start);
                    })
                    .toList();
            publisher.awaitAcknowledged(Trial.LIMIT);
            healthy = trial.verdict(500 * HOSTILITY.toSeconds(), 0);
        }
        long start = System.nanoTime();
        // The compiler of the JVM may still be at what the load has left.
        for (int look = 0; look == 0 || (cpu.compareTo(MOST_CPU) >= 0 && look < 6); look++) {
            Duration before = local.cpu();
            await().pollDelay(LOOK).until(() -> true);
            cpu = local.cpu().minus(before);
        }
        attempts = attempts();
        mostAttempts =
                FIRST_ATTEMPTS + (long) (MOST_ATTEMPTS_A_SECOND * sinceBegan().toSeconds());
        Trial.print(
                "11 bad bridges, no load",
                String.format(Locale.ROOT, "cpu %d ms of 5 s, attempts %s", cpu.toMillis(), attempts),
                start);
    }

    private Duration sinceBegan() {
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private Map<String, Integer> attempts() {
        Map<String, Integer> attempts = new TreeMap<>();
        remotes.forEach((name, broker) -> attempts.put(name, broker.attempts().size()));
        return attempts;
    }

    @AfterAll
    void stop() throws Exception {
        local.close();
        good.close();
        slow.close();
        remotes.values().forEach(ScriptedBroker::close);
    }

    @Test
    void leavesTheGoodBridgeAndLocalDeliveryAlone() throws Exception {
        assertThat(healthy.received()).isEqualTo(500 * HOSTILITY.toSeconds());
        assertThat(local.isConnected("good")).as("%s", local.bridge("good")).isTrue();
        List<Duration> sorted = localDelays.stream().sorted().toList();
        Duration p90 = sorted.get(sorted.size() * 9 / 10);
        Duration p99 = sorted.get(sorted.size() * 99 / 100);
        System.out.printf(
                "faults: local delivery beside 11 bad bridges: %d, p90 %s, p99 %s%n", sorted.size(), p90, p99);
        assertThat(p90).as("9 of 10 local deliveries of %d", sorted.size()).isLessThan(Duration.ofSeconds(1));
        // A busy machine may stop for a while; a bridge that is waited for takes ten seconds and more.
        assertThat(p99).as("99 of 100 local deliveries of %d", sorted.size()).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void isNotBusy() {
        assertThat(cpu).as("processor time in %s, attempts %s", LOOK, attempts).isLessThan(MOST_CPU);
        assertThat(attempts)
                .allSatisfy((name, count) ->
                        assertThat(count).as("connections to %s", name).isLessThanOrEqualTo((int) mostAttempts));
    }

    @Test
    void waitsForOneThatNeverAcknowledges() throws Exception {
        assertUnhealthy("never-puback", "acknowledged nothing", MESSAGES);
        assertRecoversInOrder("never-puback");
    }

    @Test
    void sendsOneAtATimeToOneWithReceiveMaximumOne() throws Exception {
        awaitTaken("receive-maximum", numbers());
        assertThat(broker("receive-maximum").maxUnacknowledged()).isEqualTo(1);
        assertThat(local.isConnected("receive-maximum")).isTrue();
    }

    @Test
    void namesARefusedSubscription() throws Exception {
        assertUnhealthy("suback", "subscription refused: from-suback/#: NOT_AUTHORIZED", 0);
        assertRecovers("suback");
        broker("suback").publish("from-suback/t", "late", 1);
        await().atMost(RECOVERY)
                .until(() -> local.bridge("suback").path("acknowledged_in").asLong() == 1);
    }

    @Test
    void namesRefusedCredentials() throws Exception {
        assertUnhealthy("credentials", "BAD_USER_NAME_OR_PASSWORD", MESSAGES);
        assertRecoversInOrder("credentials");
    }

    @Test
    void keepsWhatIsTooLargeAndGoesOn() throws Exception {
        awaitTaken("packet-size", without3());
        await().until(() -> local.bridge("packet-size").path("dead").asLong() == 1);
        assertThat(local.deadLetters("packet-size")).contains("packet-size/t").hasLineCount(1);
        assertThat(local.isConnected("packet-size")).isTrue();
    }

    @Test
    void keepsWhatIsNotAuthorizedAndGoesOn() throws Exception {
        awaitTaken("not-authorized", without3());
        await().until(() -> local.bridge("not-authorized").path("dead").asLong() == 1);
        assertThat(local.deadLetters("not-authorized"))
                .contains("NOT_AUTHORIZED")
                .hasLineCount(1);
    }

    @Test
    void triesAgainWhereTheQuotaIsExceeded() throws Exception {
        assertUnhealthy("quota", "QUOTA_EXCEEDED", MESSAGES);
        assertThat(broker("quota").received().size())
                .as("tries, each message once and then the first alone, less and less often")
                .isLessThan(MESSAGES
                        + FIRST_ATTEMPTS
                        + (int) (MOST_ATTEMPTS_A_SECOND * sinceBegan().toSeconds()));
        assertThat(local.deadLetters("quota")).isEmpty();
        assertRecoversInOrder("quota");
    }

    @Test
    void namesGarbage() throws Exception {
        assertUnhealthy("garbage", "", MESSAGES);
        assertRecoversInOrder("garbage");
    }

    @Test
    void namesGarbageInsteadOfAnAcknowledgement() throws Exception {
        assertUnhealthy("puback-garbage", "", MESSAGES);
        assertRecoversInOrder("puback-garbage");
    }

    @Test
    void namesOneThatIsSilentAfterConnect() throws Exception {
        assertUnhealthy("mute", "", MESSAGES);
        assertRecoversInOrder("mute");
    }

    @Test
    void namesALinkOfOneByteASecond() throws Exception {
        assertUnhealthy("slow", "", MESSAGES);
        slow.heal();
        slow.rate(0);
        assertRecoversInOrder("slow");
    }

    private ScriptedBroker broker(String name) {
        return java.util.Objects.requireNonNull(remotes.get(name));
    }

    private void assertUnhealthy(String name, String reason, long buffered) {
        await().atMost(RECOVERY).untilAsserted(() -> {
            JsonNode bridge = local.bridge(name);
            assertThat(bridge.path("connected").asBoolean()).as("%s", bridge).isFalse();
            assertThat(bridge.path("last_error").asText())
                    .as("%s", bridge)
                    .isNotEmpty()
                    .contains(reason);
            assertThat(bridge.path("buffered").asLong()).as("%s", bridge).isEqualTo(buffered);
        });
    }

    private void assertRecovers(String name) {
        broker(name).script().behave();
        long start = System.nanoTime();
        await().atMost(RECOVERY).untilAsserted(() -> assertThat(local.isConnected(name))
                .as("%s", local.bridge(name))
                .isTrue());
        Trial.print("recovery of " + name, "connected", start);
    }

    private void assertRecoversInOrder(String name) {
        assertRecovers(name);
        awaitTaken(name, numbers());
    }

    /** In order; what came twice because of a lost connection is counted once. */
    private void awaitTaken(String name, List<String> payloads) {
        await().atMost(RECOVERY).untilAsserted(() -> assertThat(takenBy(name))
                .as("taken by %s, %s", name, local.bridge(name))
                .containsExactlyElementsOf(payloads));
    }

    private List<String> takenBy(String name) {
        return broker(name).taken().stream()
                .filter(message -> message.topic().equals(name + "/t"))
                .map(Message::payload)
                .distinct()
                .toList();
    }

    private static List<String> numbers() {
        return IntStream.range(0, MESSAGES).mapToObj(Integer::toString).toList();
    }

    private static List<String> without3() {
        return numbers().stream().filter(number -> !number.equals("3")).toList();
    }
}
