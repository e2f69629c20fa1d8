package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerAddressTest {

    @ParameterizedTest
    @CsvSource({
        "tcp://h, h, 1883, false, false, ''",
        "mqtt://h:9, h, 9, false, false, ''",
        "ssl://h, h, 8883, true, false, ''",
        "MQTTS://h/, h, 8883, true, false, ''",
        "ws://h/mqtt, h, 80, false, true, mqtt",
        "wss://h, h, 443, true, true, ''",
        "ws://h:8083/a/b, h, 8083, false, true, a/b",
        "tcp://[::1]:1883, ::1, 1883, false, false, ''"
    })
    void readsUrls(String url, String host, int port, boolean tls, boolean webSocket, String path) {
        assertThat(BrokerAddress.parse(url)).isEqualTo(new BrokerAddress(url, host, port, tls, webSocket, path, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "h:1883", "http://h", "tcp://", "tcp://h:0", "tcp://h:70000", "tcp://h/x", "tcp://a b"})
    void refusesOthers(String url) {
        assertThatThrownBy(() -> BrokerAddress.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("brokerUrl must");
    }

    @Test
    void refusesCredentialsWithoutRepeatingThem() {
        assertThatThrownBy(() -> BrokerAddress.parse("tcp://user:secret@h"))
                .hasMessageContaining("credentials")
                .hasMessageNotContaining("secret");
    }
}
