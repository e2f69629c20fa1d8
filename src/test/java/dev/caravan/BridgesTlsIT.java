package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.caravan.testkit.FaultProxy;
import dev.caravan.testkit.ScriptedBroker;
import dev.caravan.testkit.SelfSigned;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a bridge proves the remote's identity and its own. */
class BridgesTlsIT {

    @TempDir
    Path folder;

    private Path serverPem;
    private Path caPem;
    private BridgesSite here;

    @BeforeEach
    void start() throws Exception {
        caPem = ca("server");
        serverPem = folder.resolve("server.pem");
        here = BridgesSite.start(folder.resolve("here"));
    }

    @AfterEach
    void stop() {
        here.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssl://127.0.0.1:%d", "mqtts://localhost:%d"})
    void crossesEncrypted(String address) throws Exception {
        try (BridgesMosquitto there = BridgesMosquitto.start(folder, "certfile " + serverPem, "keyfile " + serverPem);
                BridgesClient local = here.client().subscribe("far/#")) {
            here.save(
                    "up",
                    Map.of("addresses", address.formatted(there.port()), "ca-file", caPem.toString()),
                    "x/# out 1",
                    "$SYS/broker/version in 1 far/");
            here.awaitConnected("up");

            local.publish("x/1", "there");

            local.await1("far/$SYS/broker/version");
            here.awaitBridge("up", s -> s.path("acknowledged_out").asLong() == 1);
        }
    }

    @Test
    void showsItsOwnCertificate() throws Exception {
        Path clientCa = ca("client");
        Path clientPem = folder.resolve("client.pem");
        try (BridgesMosquitto there = BridgesMosquitto.start(
                        folder,
                        "certfile " + serverPem,
                        "keyfile " + serverPem,
                        "cafile " + clientCa,
                        "require_certificate true");
                BridgesClient local = here.client()) {
            String address = "ssl://127.0.0.1:" + there.port();
            here.save("none", Map.of("addresses", address, "ca-file", caPem.toString()), "x/# out 1");
            here.save(
                    "up",
                    Map.of("addresses", address, "ca-file", caPem.toString(), "certificate-file", clientPem.toString()),
                    "x/# out 1");
            here.awaitConnected("up");
            JsonNode none =
                    here.awaitBridge("none", s -> !s.path("last_error").asText().isEmpty());
            assertThat(none.path("connected").asBoolean()).isFalse();

            local.publish("x/1", "x");
            here.awaitBridge("up", s -> s.path("acknowledged_out").asLong() == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "other.pem"})
    void saysWhyItDoesNotTrustTheRemote(String caFile) throws Exception {
        ca("other");
        try (BridgesMosquitto there = BridgesMosquitto.start(folder, "certfile " + serverPem, "keyfile " + serverPem)) {
            String file = caFile.isEmpty() ? "" : folder.resolve("ca-" + caFile).toString();
            here.save("up", Map.of("addresses", "ssl://127.0.0.1:" + there.port(), "ca-file", file), "x/# out 1");

            JsonNode state = here.awaitBridge(
                    "up",
                    s -> s.path("last_error").asText().matches(".*(certification path|Signature does not match).*"));
            assertThat(state.path("connected").asBoolean()).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"ca-file,missing.pem", "ca-file,empty.pem", "ca-file,server.pem", "certificate-file,ca-server.pem"})
    void namesAFileThatCannotBe(String parameter, String name) throws Exception {
        Path file = folder.resolve(name);
        if (name.startsWith("empty")) {
            Files.writeString(file, "");
        }
        try (BridgesLog log = new BridgesLog()) {
            here.save("up", Map.of("addresses", "ssl://127.0.0.1:1", parameter, file.toString()), "x/# out 1");

            log.awaitLine("not reloaded");
            assertThat(log.lines("not reloaded"))
                    .singleElement()
                    .asString()
                    .contains("bridge-up.camel.yaml", "bridge 'up': " + file + ": ", "must");
        }
    }

    @Test
    void readsUserAndPasswordAgainAtEachConnect() throws Exception {
        Path user = Files.writeString(folder.resolve("user"), "me\n");
        Path password = Files.writeString(folder.resolve("password"), "first\n");
        try (ScriptedBroker there = new ScriptedBroker();
                FaultProxy link = new FaultProxy(there.port())) {
            here.save(
                    "up",
                    BridgesSite.to(link.port(), "user", "file:" + user, "password", "file:" + password),
                    "x/# out 1");
            here.awaitConnected("up");
            Files.writeString(password, "second\n");

            link.cut();

            await().atMost(Duration.ofSeconds(60)).until(() -> there.connects().size() == 2);
            assertThat(there.connects())
                    .extracting(ScriptedBroker.Connect::user, ScriptedBroker.Connect::password)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("me", "first"),
                            org.assertj.core.groups.Tuple.tuple("me", "second"));
        }
    }

    @Test
    void saysWhichCredentialIsMissingAndRecovers() throws Exception {
        Path password = folder.resolve("password");
        try (ScriptedBroker there = new ScriptedBroker()) {
            here.save("up", BridgesSite.to(there.port(), "user", "me", "password", "file:" + password), "x/# out 1");
            here.awaitBridge("up", s -> s.path("last_error").asText().contains(password.toString()));

            Files.writeString(password, "now");

            here.awaitConnected("up");
            assertThat(here.bridge("up").toString()).doesNotContain("now\"");
        }
    }

    @Test
    void saysWhenTheRemoteRefusesThem() throws Exception {
        try (ScriptedBroker there = new ScriptedBroker()) {
            there.script().connAck(0x86);
            here.save("up", BridgesSite.to(there.port(), "user", "me", "password", "topsecret"), "x/# out 1");

            JsonNode state =
                    here.awaitBridge("up", s -> !s.path("last_error").asText().isEmpty());
            assertThat(state.path("last_error").asText()).contains("BAD_USER_NAME_OR_PASSWORD");
            assertThat(state.toString()).doesNotContain("topsecret");
        }
    }

    private Path pem(String name) throws Exception {
        KeyStore keys = SelfSigned.create(Files.createDirectories(folder.resolve("keys-" + name)));
        return SelfSigned.writePem(keys, folder.resolve(name + ".pem"));
    }

    /** The certificate alone. */
    private Path ca(String name) throws Exception {
        String both = Files.readString(pem(name));
        return Files.writeString(
                folder.resolve("ca-" + name + ".pem"), both.substring(0, both.indexOf("-----BEGIN PRIVATE")));
    }
}
