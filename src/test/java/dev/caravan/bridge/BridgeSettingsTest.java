package dev.caravan.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.broker.QueueBounds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BridgeSettingsTest {

    private static final Map<String, String> NEEDED =
            Map.of("name", "cloud", "addresses", "tcp://a", "topics", "sensors/# out 1");

    @Test
    void hasDefaults() {
        BridgeSettings settings = BridgeSettings.parse(NEEDED);

        assertThat(settings)
                .usingRecursiveComparison()
                .ignoringFields("topics")
                .isEqualTo(new BridgeSettings(
                        "cloud",
                        List.of("tcp://a"),
                        false,
                        settings.topics(),
                        "5",
                        "caravan-cloud",
                        "",
                        "",
                        null,
                        null,
                        20,
                        Duration.ofSeconds(60),
                        true,
                        1,
                        100,
                        new QueueBounds(1_000_000, 1L << 30, QueueBounds.WhenFull.DROP_OLDEST, false),
                        0));
        assertThat(settings.topics().all()).hasToString("[sensors/# out 1]");
    }

    @Test
    void readsEveryParameter() {
        BridgeSettings settings = BridgeSettings.parse(with(Map.ofEntries(
                Map.entry("addresses", " ssl://a:1 , wss://b/mqtt\n tcp://c "),
                Map.entry("description", "Anything: at all"),
                Map.entry("round-robin", "true"),
                Map.entry("mqtt-version", "3.1.1"),
                Map.entry("client-id", "edge 1"),
                Map.entry("user", "me"),
                Map.entry("password", "file:secret"),
                Map.entry("ca-file", "ca.pem"),
                Map.entry("certificate-file", "me.pem"),
                Map.entry("keepalive", "2m"),
                Map.entry("restart-timeout", "1h"),
                Map.entry("notifications", "false"),
                Map.entry("hop-limit", "3"),
                Map.entry("window", "20"),
                Map.entry("queue-max-messages", "10"),
                Map.entry("queue-max-bytes", "500MB"),
                Map.entry("when-full", "reject"),
                Map.entry("qos0-when-down", "store"),
                Map.entry("max-rate", "50"))));

        assertThat(settings)
                .usingRecursiveComparison()
                .isEqualTo(new BridgeSettings(
                        "cloud",
                        List.of("ssl://a:1", "wss://b/mqtt", "tcp://c"),
                        true,
                        settings.topics(),
                        "3.1.1",
                        "edge 1",
                        "me",
                        "file:secret",
                        Path.of("ca.pem"),
                        Path.of("me.pem"),
                        120,
                        Duration.ofHours(1),
                        false,
                        3,
                        20,
                        new QueueBounds(10, 500L << 20, QueueBounds.WhenFull.REJECT, true),
                        50));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name               |              | must be 1 to 40 letters, digits, - or _
            name               | a b          | must be 1 to 40 letters, digits, - or _
            name               | a/b          | must be 1 to 40 letters, digits, - or _
            name               | ä            | must be 1 to 40 letters, digits, - or _
            name               | ../x         | must be 1 to 40 letters, digits, - or _
            name               | aaaaaaaaaabbbbbbbbbbccccccccccddddddddddX | must be 1 to 40 letters, digits, - or _
            round-robin        | yes          | must be one of true, false
            round-robin        | TRUE         | must be one of true, false
            round-robin        |              | must be one of true, false
            mqtt-version       | 3            | must be 5 or 3.1.1
            mqtt-version       | 3.1          | must be 5 or 3.1.1
            mqtt-version       | 5.0          | must be 5 or 3.1.1
            client-id          | a/b          | must be 1 to 200 characters without / + #, as it is part of a topic
            client-id          | a+           | must be 1 to 200 characters without / + #, as it is part of a topic
            client-id          | #            | must be 1 to 200 characters without / + #, as it is part of a topic
            keepalive          | 20           | must be a time between 1s and 43690s, such as 20s or 1m
            keepalive          | 0s           | must be a time between 1s and 43690s, such as 20s or 1m
            keepalive          | 43691s       | must be a time between 1s and 43690s, such as 20s or 1m
            keepalive          | -1s          | must be a time between 1s and 43690s, such as 20s or 1m
            keepalive          | 1.5m         | must be a time between 1s and 43690s, such as 20s or 1m
            keepalive          | 999999999999d | must be a time between 1s and 43690s, such as 20s or 1m
            restart-timeout    | 0s           | must be a time between 1s and 86400s, such as 20s or 1m
            restart-timeout    | 2d           | must be a time between 1s and 86400s, such as 20s or 1m
            restart-timeout    | soon         | must be a time between 1s and 86400s, such as 20s or 1m
            notifications      | no           | must be one of true, false
            hop-limit          | 0            | must be a whole number between 1 and 100
            hop-limit          | 101          | must be a whole number between 1 and 100
            hop-limit          | one          | must be a whole number between 1 and 100
            hop-limit          | 1.0          | must be a whole number between 1 and 100
            window             | 0            | must be a whole number between 1 and 10000
            window             | 10001        | must be a whole number between 1 and 10000
            window             | +5           | must be a whole number between 1 and 10000
            queue-max-messages | 0            | must be a whole number between 1 and 1000000000
            queue-max-messages | 1000000001   | must be a whole number between 1 and 1000000000
            queue-max-messages | 1e6          | must be a whole number between 1 and 1000000000
            queue-max-bytes    | 65535        | must be a size from 64KB to 16TB, such as 500MB
            queue-max-bytes    | 17TB         | must be a size from 64KB to 16TB, such as 500MB
            queue-max-bytes    | 1GiB         | must be a size from 64KB to 16TB, such as 500MB
            queue-max-bytes    | big          | must be a size from 64KB to 16TB, such as 500MB
            when-full          | drop         | must be one of drop-oldest, drop-newest, reject
            when-full          | DROP-OLDEST  | must be one of drop-oldest, drop-newest, reject
            qos0-when-down     | keep         | must be one of drop, store
            max-rate           | -1           | must be a whole number between 0 and 1000000000
            max-rate           | 10/s         | must be a whole number between 0 and 1000000000
            """)
    void refuses(String key, String value, String rule) {
        String given = value == null ? "" : value;
        assertThatThrownBy(() -> BridgeSettings.parse(with(Map.of(key, given))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("parameter '" + key + "' " + rule + ", was '" + given + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "window,1",
        "window,10000",
        "hop-limit,100",
        "keepalive,43690s",
        "restart-timeout,1d",
        "queue-max-bytes,64KB",
        "queue-max-bytes,16TB",
        "queue-max-messages,1000000000",
        "max-rate,0"
    })
    void takesTheBounds(String key, String value) {
        assertThat(BridgeSettings.parse(with(Map.of(key, value)))).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
        "topic,topics",
        "client_id,client-id",
        "keep-alive,keepalive",
        "adresses,addresses",
        "hoplimit,hop-limit",
        "NAME,name",
        "whenfull,when-full"
    })
    void namesTheNearestOfAnUnknownParameter(String key, String nearest) {
        assertThatThrownBy(() -> BridgeSettings.parse(with(Map.of(key, "x"))))
                .hasMessage("parameter '" + key + "' is unknown, the nearest known one is '" + nearest + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"name", "addresses", "topics"})
    void namesWhatIsNeeded(String key) {
        Map<String, String> given = new HashMap<>(NEEDED);
        given.remove(key);

        assertThatThrownBy(() -> BridgeSettings.parse(given)).hasMessage("parameter '" + key + "' is needed");
    }

    @Test
    void namesTheTopicLine() {
        assertThatThrownBy(() -> BridgeSettings.parse(with(Map.of("topics", "a/#\n\nb/# sideways 1"))))
                .hasMessage(
                        "parameter 'topics', line 3: 'b/# sideways 1': direction must be in, out or both, was 'sideways'")
                .hasNoCause();
    }

    @Test
    void refusesTwoWaysWhereNothingMarksAMessage() {
        Map<String, String> old = with(Map.of("mqtt-version", "3.1.1", "topics", "a/# both 1"));

        assertThatThrownBy(() -> BridgeSettings.parse(old))
                .hasMessage("parameter 'topics': line 1 'a/# both 1' sends 'a/#' and fetches it back: "
                        + "a message would go round for ever; with mqtt-version 3.1.1 nothing marks a message "
                        + "that has crossed already, so it would go round for ever");
        assertThat(BridgeSettings.parse(with(Map.of("topics", "a/# both 1")))).isNotNull();
        assertThat(BridgeSettings.parse(with(Map.of("mqtt-version", "3.1.1", "topics", "a/# out\nb/# in"))))
                .isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://a", "a:1883", "tcp://me:secret@a", "tcp://a http://b", ","})
    void refusesAddresses(String addresses) {
        assertThatThrownBy(() -> BridgeSettings.parse(with(Map.of("addresses", addresses))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("parameter 'addresses' must ")
                .hasMessageNotContaining("secret");
    }

    @Test
    void refusesAFileNameThatIsNone() {
        assertThatThrownBy(() -> BridgeSettings.parse(with(Map.of("ca-file", "a\0b"))))
                .hasMessage("parameter 'ca-file' must be a file name, was 'a?b'");
    }

    @Test
    void neverShowsThePassword() {
        assertThat(BridgeSettings.parse(with(Map.of("password", "secret"))).toString())
                .doesNotContain("secret");
    }

    private static Map<String, String> with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(NEEDED);
        all.putAll(more);
        return all;
    }
}
