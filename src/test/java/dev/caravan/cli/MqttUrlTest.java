package dev.caravan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@NullMarked
class MqttUrlTest {

    @Test
    void takesApartAllParts() {
        assertThat(MqttUrl.parse("mqtts://me:pa:ss%@host.example:8884/a/#/@b"))
                .isEqualTo(new MqttUrl(true, "me", "pa:ss%", "host.example", 8884, "a/#/@b"));
    }

    @Test
    void leavesOutWhatIsNotGiven() {
        assertThat(MqttUrl.parse("mqtt://host/a")).isEqualTo(new MqttUrl(false, null, null, "host", -1, "a"));
        assertThat(MqttUrl.parse("mqtt://me@[::1]:1/a")).isEqualTo(new MqttUrl(false, "me", null, "::1", 1, "a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host/a", "mqtt://host", "mqtt://host/", "mqtt:///a", "mqtt://h:x/a", "http://h/a"})
    void rejectsOtherForms(String text) {
        assertThatThrownBy(() -> MqttUrl.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
