package dev.caravan.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;
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

    @Test
    void overlapsAndCoversAsTheTopicsThemselvesShow() {
        // Given every filter and every topic of up to three levels from a small alphabet
        List<TopicFilter> filters = new ArrayList<>();
        List<TopicName> topics = new ArrayList<>();
        for (String text : upToThreeLevels(List.of("", "a", "b", "$c", "+", "#"))) {
            if (!text.isEmpty()
                    && text.indexOf('#') == text.lastIndexOf('#')
                    && (text.indexOf('#') < 0 || text.endsWith("#"))) {
                filters.add(new TopicFilter(text));
            }
        }
        for (String text : upToThreeLevels(List.of("", "a", "b", "$c", "z"))) {
            if (!text.isEmpty()) {
                topics.add(new TopicName(text));
                topics.add(new TopicName(text + "/z"));
            }
        }
        List<BitSet> matched = new ArrayList<>();
        for (TopicFilter filter : filters) {
            BitSet set = new BitSet();
            IntStream.range(0, topics.size())
                    .filter(i -> filter.matches(topics.get(i)))
                    .forEach(set::set);
            matched.add(set);
        }

        // Then every pair agrees with the topics that each matches
        for (int i = 0; i < filters.size(); i++) {
            for (int j = 0; j < filters.size(); j++) {
                TopicFilter one = filters.get(i);
                TopicFilter other = filters.get(j);
                BitSet only = (BitSet) matched.get(j).clone();
                only.andNot(matched.get(i));
                boolean otherSpelling =
                        one.value().endsWith("+/#") && other.value().endsWith("#");
                if (one.overlaps(other) != matched.get(i).intersects(matched.get(j))
                        || (one.covers(other) != only.isEmpty() && !otherSpelling)
                        || (one.covers(other) && !only.isEmpty())) {
                    fail("%s and %s: overlaps %s, covers %s", one, other, one.overlaps(other), one.covers(other));
                }
            }
        }
    }

    private static List<String> upToThreeLevels(List<String> levels) {
        List<String> one = List.copyOf(levels);
        List<String> all = new ArrayList<>(one);
        List<String> last = one;
        for (int depth = 2; depth <= 3; depth++) {
            List<String> next = new ArrayList<>();
            last.forEach(start -> one.forEach(level -> next.add(start + "/" + level)));
            all.addAll(next);
            last = next;
        }
        return all;
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
