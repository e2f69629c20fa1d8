package dev.caravan.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, b, false",
        "a, A, false",
        "a/b, a/b, true",
        "a/b, a, false",
        "a, a/b, false",
        "a/, a, false",
        "a/, a/, true",
        "a, a/, false",
        "/a, a, false",
        "/a, /a, true",
        "a//b, a//b, true",
        "a/+/b, a//b, true",
        "a/+/b, a/x/b, true",
        "a/+/b, a/x/y/b, false",
        "+, a, true",
        "+, a/b, false",
        "+, /a, false",
        "+/+, /a, true",
        "/+, /a, true",
        "+/, a/, true",
        "a/+, a, false",
        "a/+, a/, true",
        "a/+, a/b, true",
        "a/+, a/b/c, false",
        "#, a, true",
        "#, /, true",
        "#, a/b/c, true",
        "a/#, a, true",
        "a/#, a/, true",
        "a/#, a/b/c, true",
        "a/#, ab, false",
        "a/b/#, a, false",
        "+/#, a, true",
        "+/b/#, a/b, true",
        "+/b/#, a/b/c/d, true",
        "#, $SYS/x, false",
        "+/x, $SYS/x, false",
        "$SYS/#, $SYS/x, true",
        "$SYS/#, $SYS, true",
        "$SYS/+, $SYS/x, true",
        "a/#, $SYS/x, false",
        "sensors/+/data, sensors/d1/data, true",
        "sensors/+/data, sensors/d1/data/x, false",
        "é/+, é/ü, true"
    })
    void matchesAsTheSpecificationSays(String filter, String topic, boolean expected) {
        assertThat(new TopicFilter(filter).matches(new TopicName(topic))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a#", "a/#/b", "#/a", "a+", "a/b+/c", "++", "##", "+#", "a/##", "\0", "a\0b"})
    void rejectsWildcardsOutOfPlace(String filter) {
        assertThatThrownBy(() -> new TopicFilter(filter))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("topic filter must");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/+", "#", "a#b", "a\0", "\ud800", "a\udc00", "\udc00\ud800"})
    void rejectsNamesThatAreNone(String name) {
        assertThatThrownBy(() -> new TopicName(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("topic must");
    }

    @Test
    void rejectsEmptyText() {
        assertThatThrownBy(() -> new TopicName("")).hasMessage("topic must not be empty");
        assertThatThrownBy(() -> new TopicFilter("")).hasMessage("topic filter must not be empty");
    }

    @Test
    void countsTheLengthInBytes() {
        assertThat(new TopicName("x".repeat(65_535)).value()).hasSize(65_535);
        assertThatThrownBy(() -> new TopicName("x".repeat(65_536))).hasMessageContaining("65535 bytes, was 65536");
        assertThatThrownBy(() -> new TopicName("é".repeat(32_768))).hasMessageContaining("65535 bytes, was 65536");
        assertThat(new TopicName("\ud83d\ude00").value()).isEqualTo("\ud83d\ude00");
    }
}
