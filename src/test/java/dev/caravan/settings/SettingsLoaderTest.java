package dev.caravan.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsLoaderTest {

    @TempDir
    Path folder;

    Path file;

    @BeforeEach
    void file() {
        file = folder.resolve("application.properties");
    }

    @Test
    void hasADefaultForEveryKeyThatPassesItsOwnRule() {
        for (Key key : Key.values()) {
            assertThat(key.rule().accepts(key.defaultValue()))
                    .as("%s = \"%s\"", key.dotted(), key.defaultValue())
                    .isTrue();
        }
    }

    @Test
    void listensOnLoopbackByDefault() throws Exception {
        Settings settings = load(Map.of(), Map.of());

        assertThat(settings.text(Key.MQTT_HOST)).isEqualTo("127.0.0.1");
        assertThat(settings.text(Key.HTTP_HOST)).isEqualTo("127.0.0.1");
        assertThat(settings.port(Key.MQTT_PORT)).hasValue(1883);
        assertThat(settings.port(Key.MQTT_WS_PORT)).hasValue(8083);
        assertThat(settings.port(Key.HTTP_PORT)).hasValue(8080);
        assertThat(settings.port(Key.MQTT_TLS_PORT)).isEmpty();
    }

    @Test
    void prefersCommandLineToEnvironmentToFile() throws Exception {
        write("http.port=1\nmqtt.port=1\nmqtt.ws.port=1");

        Settings settings =
                load(Map.of("http.port", "3"), Map.of("HTTP_PORT", "2", "MQTT_PORT", "2", "PATH", "/usr/bin"));

        assertThat(settings.text(Key.HTTP_PORT)).isEqualTo("3");
        assertThat(settings.text(Key.MQTT_PORT)).isEqualTo("2");
        assertThat(settings.text(Key.MQTT_WS_PORT)).isEqualTo("1");
    }

    @Test
    void readsUnits() throws Exception {
        Settings settings = load(
                Map.of("history.max-bytes", "3MB", "mqtt.session-expiry", "2h", "dead-letter.max-size", "2048"),
                Map.of());

        assertThat(settings.bytes(Key.HISTORY_MAX_BYTES)).isEqualTo(3L << 20);
        assertThat(settings.seconds(Key.MQTT_SESSION_EXPIRY)).isEqualTo(7_200);
        assertThat(settings.bytes(Key.DEAD_LETTER_MAX_SIZE)).isEqualTo(2_048);
    }

    @Test
    void keepsTheOperatorsOwnKeysForRoutes() throws Exception {
        write("greenhouse.limit=12\ncamel.main.name=x");

        assertThat(load(Map.of(), Map.of()).asMap())
                .containsEntry("greenhouse.limit", "12")
                .containsEntry("camel.main.name", "x");
    }

    @ParameterizedTest
    @CsvSource({
        "http.prot, http.port",
        "htpt.port, http.port",
        "mqtt.portt, mqtt.port",
        "mqtt.websocket.port, mqtt.ws.port",
        "data.dir, data.directory",
        "http, http.host",
        "HTTP.PORT, http.port"
    })
    void rejectsUnknownKeysWithTheNearest(String unknown, String nearest) {
        assertThat(problems(Map.of(unknown, "1"), Map.of()))
                .singleElement()
                .asString()
                .startsWith("command line: key '" + unknown + "': is unknown")
                .endsWith("the nearest known key is '" + nearest + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "http.port, 65536, a port from 0 to 65535",
        "http.port, -1, a port from 0 to 65535",
        "http.port, off, a port from 0 to 65535",
        "http.port, '', a port from 0 to 65535",
        "mqtt.tls.port, on, or off",
        "broker.embedded, yes, true or false",
        "alert.high-temperature, hot, a number",
        "alert.high-temperature, NaN, a number",
        "alert.high-temperature, 1e5, a number",
        "history.max-bytes, 5XB, a size",
        "history.max-bytes, 9999999999TB, a size",
        "history.messages-per-topic, 0, from 1",
        "mqtt.session-expiry, 25d, from 1s to 24d",
        "mqtt.client-id, a.b, characters",
        "bridge.cloud.url, localhost:1883, a broker's address",
        "bridge.cloud.url, http://localhost, a broker's address",
        "bridge.cloud.url, tcp://user:secret@localhost, a broker's address",
    })
    void rejectsValuesWithKeyValueAndRule(String key, String value, String rule) {
        assertThat(problems(Map.of(key, value), Map.of()))
                .singleElement()
                .asString()
                .startsWith("command line: key '" + key + "': must be")
                .contains(rule)
                .endsWith("was \"" + value + "\"");
    }

    @Test
    void reportsEveryProblemWithItsSource() throws IOException {
        write("http.port=abc\nhttp.port=5\nmqtt.prot=1");

        assertThat(problems(Map.of("data.directory", ""), Map.of("MQTT_PORT", "x")))
                .hasSize(4)
                .anySatisfy(p -> assertThat(p).contains("application.properties:2:1: key 'http.port': is given twice"))
                .anySatisfy(p -> assertThat(p).contains("application.properties:3:1: key 'mqtt.prot': is unknown"))
                .anySatisfy(p -> assertThat(p).startsWith("environment variable MQTT_PORT: key 'mqtt.port'"))
                .anySatisfy(p -> assertThat(p).startsWith("command line: key 'data.directory'"));
    }

    @Test
    void refusesAFileThatIsNoText() throws IOException {
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThat(problems(Map.of(), Map.of())).singleElement().asString().contains("cannot be read");
    }

    @Test
    void refusesToBeReachedByOtherMachinesWithoutUsers() throws Exception {
        assertThat(problems(Map.of("mqtt.host", "0.0.0.0", "http.host", "::"), Map.of()))
                .hasSize(2)
                .allSatisfy(p -> assertThat(p).contains("security.anonymous-beyond-loopback"));

        assertThat(load(Map.of("mqtt.host", "0.0.0.0", "security.anonymous-beyond-loopback", "true"), Map.of())
                        .text(Key.MQTT_HOST))
                .isEqualTo("0.0.0.0");
    }

    @Test
    void refusesAContradictionBetweenKeys() {
        assertThat(problems(Map.of("broker.embedded", "false"), Map.of()))
                .containsExactly(
                        "command line: key 'broker.embedded': is false, so 'mqtt.url' must name the outside broker");
        assertThat(problems(Map.of("mqtt.url", "tcp://b:1883"), Map.of()))
                .containsExactly(
                        "command line: key 'mqtt.url': names an outside broker, so 'broker.embedded' must be false");
        assertThat(problems(Map.of("mqtt.tls.port", "8883"), Map.of()))
                .containsExactly(
                        "command line: key 'mqtt.tls.port': is set, so 'mqtt.tls.certificate' must name a PEM file");
    }

    @Test
    void refusesOnePortForTwoListeners() throws Exception {
        assertThat(problems(Map.of("mqtt.port", "7000", "http.port", "7000"), Map.of()))
                .containsExactly("command line: key 'http.port': is 7000, which 'mqtt.port' has too");
        assertThat(load(Map.of("mqtt.port", "0", "http.port", "0"), Map.of()).text(Key.HTTP_PORT))
                .isEqualTo("0");
    }

    @Test
    void neverShowsAPassword() {
        assertThat(problems(Map.of("mqtt.password", "se\ncret"), Map.of()))
                .singleElement()
                .asString()
                .doesNotContain("cret");
    }

    private Settings load(Map<String, String> commandLine, Map<String, String> environment) throws SettingsException {
        return SettingsLoader.load(commandLine, environment, file);
    }

    private List<String> problems(Map<String, String> commandLine, Map<String, String> environment) {
        return catchThrowableOfType(SettingsException.class, () -> load(commandLine, environment))
                .problems();
    }

    private void write(String text) throws IOException {
        Files.writeString(file, text);
    }
}
