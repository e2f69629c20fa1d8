package dev.caravan;

import static dev.caravan.BridgesSite.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.testkit.BrokerScript.Answer;
import dev.caravan.testkit.BrokerScript.Kind;
import dev.caravan.testkit.FaultProxy;
import dev.caravan.testkit.ScriptedBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a bridge says of itself: the retained state at both sides, and {@code GET /bridges}. */
class BridgesStateIT {

    private static final String STATE = "$SYS/broker/connection/caravan-up/state";

    @TempDir
    Path folders;

    @Test
    void tellsBothSidesWhetherItIsConnected() throws Exception {
        try (BridgesSite there = BridgesSite.start(folders.resolve("there"));
                FaultProxy link = new FaultProxy(there.port());
                BridgesSite here = BridgesSite.start(folders.resolve("here"));
                BridgesClient atHere = here.client().subscribe(STATE);
                BridgesClient atThere = there.client().subscribe(STATE)) {
            link.refuse();
            here.save("up", to(link.port()), "x/# out 1");
            atHere.awaitLast(STATE, "0");

            link.accept();
            here.awaitConnected("up");
            atHere.awaitLast(STATE, "1");
            atThere.awaitLast(STATE, "1");

            link.refuse().cut();
            atHere.awaitLast(STATE, "0");
            atThere.awaitLast(STATE, "0");

            link.accept();
            atHere.awaitLast(STATE, "1");
            atThere.awaitLast(STATE, "1");
            assertThat(atHere.received()).allMatch(m -> m.isRetain());

            Files.delete(here.folder().resolve("routes/bridge-up.camel.yaml"));
            atHere.awaitLast(STATE, "0");
            atThere.awaitLast(STATE, "0");
            BridgesClient.awaitRetained(there.port(), STATE, "0");
            BridgesClient.awaitRetained(here.port(), STATE, "0");
        }
    }

    @Test
    void isNotStaleAfterAStop() throws Exception {
        try (BridgesSite there = BridgesSite.start(folders.resolve("there"));
                FaultProxy link = new FaultProxy(there.port());
                BridgesSite here = BridgesSite.start(folders.resolve("here"));
                BridgesClient atThere = there.client().subscribe(STATE)) {
            here.connect("up", link.port(), "x/# both 1");
            atThere.awaitLast(STATE, "1");

            link.refuse();
            here.restart();

            atThere.awaitLast(STATE, "0");
            try (BridgesClient atHere = here.client().subscribe(STATE)) {
                atHere.awaitLast(STATE, "0");
                link.accept();
                atHere.awaitLast(STATE, "1");
                atThere.awaitLast(STATE, "1");
            }
        }
    }

    @Test
    void saysSoWhenTheRemoteIsKilled() throws Exception {
        try (BridgesMosquitto there = BridgesMosquitto.start(folders);
                BridgesSite here = BridgesSite.start(folders.resolve("here"));
                BridgesClient atHere = here.client().subscribe(STATE)) {
            here.connect("up", there.port(), "x/# both 1");
            atHere.awaitLast(STATE, "1");

            there.kill();
            atHere.awaitLast(STATE, "0");

            there.startAgain();
            atHere.awaitLast(STATE, "1");
            try (BridgesClient atThere = there.client().subscribe(STATE)) {
                atThere.awaitLast(STATE, "1");
            }
        }
    }

    @Test
    void saysNothingWithoutNotifications() throws Exception {
        try (ScriptedBroker there = new ScriptedBroker();
                BridgesSite here = BridgesSite.start(folders.resolve("here"));
                BridgesClient atHere = here.client().subscribe("$SYS/#").subscribe("#")) {
            here.save("quiet", to(there.port(), "notifications", "false"), "x/# out 1");
            here.awaitConnected("quiet");
            here.save("up", to(there.port()), "y/# out 1");
            atHere.awaitLast(STATE, "1");
            atHere.publish("x/1", "x");

            await().atMost(Duration.ofSeconds(60))
                    .until(() -> there.taken().stream().anyMatch(m -> m.topic().equals("x/1")));
            assertThat(there.received()).noneMatch(m -> m.topic().contains("caravan-quiet"));
            assertThat(there.connects())
                    .anySatisfy(c -> {
                        assertThat(c.clientId()).isEqualTo("caravan-quiet");
                        assertThat(c.will()).isNull();
                    })
                    .anySatisfy(c -> assertThat(c.will()).isEqualTo(new ScriptedBroker.Will(STATE, "0", 1, true)));
            assertThat(atHere.topics()).noneMatch(t -> t.contains("caravan-quiet"));
        }
    }

    @Test
    void aLineForEverythingDoesNotCarryNotifications() throws Exception {
        try (ScriptedBroker there = new ScriptedBroker();
                ScriptedBroker other = new ScriptedBroker();
                BridgesSite here = BridgesSite.start(folders.resolve("here"));
                BridgesClient atHere = here.client()) {
            here.save("all", to(other.port()), "- '# out 1'");
            here.awaitConnected("all");
            here.connect("up", there.port(), "- '$SYS/# out 1 \"\" plant/'");
            atHere.publish("end", "x");

            await().atMost(Duration.ofSeconds(60)).until(() -> there.taken().stream()
                    .anyMatch(m ->
                            m.topic().equals("plant/" + STATE) && m.payload().equals("1")));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> other.taken().stream().anyMatch(m -> m.topic().equals("end")));
            assertThat(other.received())
                    .noneMatch(m -> m.topic().startsWith("$") && !m.topic().contains("caravan-all"));
        }
    }

    @Test
    void reportsItsLife() throws Exception {
        try (ScriptedBroker there = new ScriptedBroker();
                FaultProxy link = new FaultProxy(there.port());
                BridgesSite here = BridgesSite.start(folders.resolve("here"));
                BridgesClient atHere = here.client()) {
            link.refuse();
            here.save("up", to(link.port()), "x/# out 1");
            JsonNode state =
                    here.awaitBridge("up", s -> !s.path("last_error").asText().isEmpty());
            assertThat(state.path("state").asText()).isEqualTo("disconnected");
            assertThat(state.path("client_id").asText()).isEqualTo("caravan-up");
            assertThat(state.path("address").asText()).isEqualTo("tcp://127.0.0.1:" + link.port());
            assertThat(state.path("last_error").asText()).contains("refused");
            assertThat(state.path("buffered").asLong()).isZero();
            assertThat(state.path("oldest_seconds").asLong()).isZero();

            for (int i = 0; i < 10; i++) {
                atHere.publish("x/" + i, "payload");
            }
            atHere.publish("x/lost", "x", 0);
            state = here.awaitBridge("up", s -> s.path("oldest_seconds").asLong() >= 1);
            assertThat(state.path("buffered").asLong()).isEqualTo(10);
            assertThat(state.path("buffered_bytes").asLong()).isBetween(70L, 100_000L);

            there.script().onPublish(m -> m.topic().startsWith("x") ? Answer.of(Kind.NEVER) : Answer.ok());
            link.accept();
            state = here.awaitBridge("up", s -> s.path("in_flight").asInt() == 10);
            assertThat(state.path("buffered").asLong()).isEqualTo(10);
            assertThat(state.path("state").asText()).isEqualTo("connected");

            there.script().onPublish(m -> m.topic().equals("x/3") ? Answer.reason(0x87) : Answer.ok());
            link.cut();
            state = here.awaitBridge(
                    "up",
                    s -> s.path("buffered").asLong() == 0
                            && s.path("in_flight").asInt() == 0
                            && s.path("dead").asLong() == 1);
            assertThat(state.path("acknowledged_out").asLong()).isEqualTo(9);
            assertThat(state.path("redelivered").asLong()).isGreaterThanOrEqualTo(10);
            assertThat(state.at("/dropped/queue_full").asLong()).isZero();
            assertThat(state.path("full").asBoolean()).isFalse();
            assertThat(there.taken())
                    .filteredOn(m -> m.topic().startsWith("x"))
                    .extracting(ScriptedBroker.Message::topic)
                    .containsExactly("x/0", "x/1", "x/2", "x/4", "x/5", "x/6", "x/7", "x/8", "x/9");
        }
    }

    @Test
    void countsQos0ThatItDoesNotStore() throws Exception {
        try (BridgesSite here = BridgesSite.start(folders.resolve("here"));
                FaultProxy link = new FaultProxy(1).refuse();
                BridgesClient atHere = here.client()) {
            here.save("up", to(link.port()), "x/# out 1");
            here.awaitDisconnected("up");

            atHere.publish("x/lost", "x", 0);

            here.awaitBridge("up", s -> s.at("/dropped/qos0_while_down").asLong() == 1);
        }
    }

    @Test
    void namesTheSubscriptionThatIsRefused() throws Exception {
        try (ScriptedBroker there = new ScriptedBroker();
                BridgesSite here = BridgesSite.start(folders.resolve("here"))) {
            there.script().subAck((filter, qos) -> filter.startsWith("secret") ? 0x87 : qos);
            here.save("up", to(there.port()), "secret/# in 1", "open/# in 1");

            JsonNode state =
                    here.awaitBridge("up", s -> s.path("last_error").asText().contains("subscription"));
            assertThat(state.path("connected").asBoolean()).isFalse();
            assertThat(state.path("last_error").asText()).contains("secret/#", "NOT_AUTHORIZED");
        }
    }

    @Test
    void keepsTheNameOfAMessageOverARedelivery() throws Exception {
        try (ScriptedBroker there = new ScriptedBroker();
                FaultProxy link = new FaultProxy(there.port());
                BridgesSite here = BridgesSite.start(folders.resolve("here"));
                BridgesClient atHere = here.client()) {
            there.script().onPublish(m -> m.topic().equals("x/1") ? Answer.of(Kind.NEVER) : Answer.ok());
            here.connect("up", link.port(), "x/# out 1");
            atHere.publish("x/1", "x");
            awaitCopies(there, 1);
            link.cut();
            awaitCopies(there, 2);
            here.restart();
            awaitCopies(there, 3);

            assertThat(copies(there).stream()
                            .map(ScriptedBroker.Message::userProperties)
                            .distinct())
                    .hasSize(1);
        }
    }

    private static void awaitCopies(ScriptedBroker there, int count) {
        await().atMost(Duration.ofSeconds(60)).until(() -> copies(there).size() >= count);
    }

    private static List<ScriptedBroker.Message> copies(ScriptedBroker there) {
        return there.received().stream().filter(m -> m.topic().equals("x/1")).toList();
    }
}
