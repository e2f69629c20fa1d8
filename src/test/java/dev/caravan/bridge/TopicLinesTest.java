package dev.caravan.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.bridge.TopicLine.Direction;
import dev.caravan.bridge.TopicLine.Retain;
import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicLinesTest {

    @ParameterizedTest
    @MethodSource("rewrites")
    void rewritesAsTheTableSays(Row row) {
        TopicLines lines = row.lines();
        TopicName topic = new TopicName(row.topic);

        if (row.expected.equals("!")) {
            assertThatThrownBy(() -> row.rewrite(lines, topic))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("topic line 1 '")
                    .hasMessageContaining("cannot rename '" + topic + "': topic must not ");
            return;
        }
        Rewritten rewritten = row.rewrite(lines, topic);
        assertThat(rewritten == null ? "-" : rewritten.target().value()).isEqualTo(row.expected);
    }

    @ParameterizedTest
    @MethodSource("rewrites")
    void staysWithinTheTopicsThatTheFiltersName(Row row) {
        if (row.expected.equals("-") || row.expected.equals("!")) {
            return;
        }
        Rewritten rewritten = Objects.requireNonNull(row.rewrite(row.lines(), new TopicName(row.topic)));

        TopicLine line = rewritten.line();
        TopicFilter source = row.isOut() ? line.localFilter() : line.remoteFilter();
        TopicFilter target = row.isOut() ? line.remoteFilter() : line.localFilter();
        assertThat(source.matches(new TopicName(row.topic))).isTrue();
        assertThat(target.matches(rewritten.target())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "# both 1 a/ b/",
                "# both 1 a/b/ c/",
                "# both 1 \"\" b/",
                "b/# both 1 a/ \"\"",
                "+/b/# both 1 a/ c/",
                "/# both 1 a c",
                "\"\" both 1 a/b c",
                "# both"
            })
    void givesTheTopicBackWhenItReturns(String text) {
        TopicLine line = TopicLines.parse("topic " + text).all().get(0);
        Random random = new Random(7);
        List<String> levels = List.of("", "a", "b", "c", "$SYS", "é", "ab", "ca", "cab");
        int crossed = 0;

        for (int i = 0; i < 20_000; i++) {
            String name = random.ints(1 + random.nextInt(4), 0, levels.size())
                    .mapToObj(levels::get)
                    .collect(Collectors.joining("/"));
            TopicName local = new TopicName(name.isEmpty() ? "a" : name);
            TopicName remote = line.toRemote(local);
            if (remote != null) {
                assertThat(line.toLocal(remote)).as("%s by %s", local, remote).isEqualTo(local);
                crossed++;
            }
        }
        assertThat(crossed).isPositive();
    }

    @Test
    void knowsWhatEachLineSays() {
        TopicLines lines = TopicLines.parse("""
                # sensors and commands

                  sensors/# out 1 plant1/ edge/
                topic cmd/# IN 2
                ##
                # both
                x
                """);

        assertThat(lines.all()).extracting(TopicLine::number).containsExactly(3, 4, 6, 7);
        assertThat(lines.all()).extracting(TopicLine::qos).containsExactly(1, 2, 0, 0);
        assertThat(lines.all())
                .extracting(TopicLine::direction)
                .containsExactly(Direction.OUT, Direction.IN, Direction.BOTH, Direction.OUT);
        assertThat(lines.all()).extracting(TopicLine::retain).containsOnly(Retain.KEEP);
        assertThat(lines.out()).extracting(TopicLine::number).containsExactly(3, 6, 7);
        assertThat(lines.in()).extracting(TopicLine::number).containsExactly(4, 6);
        assertThat(lines.all().get(0).localFilter()).isEqualTo(new TopicFilter("plant1/sensors/#"));
        assertThat(lines.all().get(0).remoteFilter()).isEqualTo(new TopicFilter("edge/sensors/#"));
        assertThat(lines.all().get(1)).hasToString("topic cmd/# IN 2");
    }

    @Test
    void readsAYamlListOfLinesAndMaps() {
        TopicLines lines = TopicLines.parse("""
                # what goes to the cloud
                - sensors/# out 1 plant1/ edge/   # a comment of YAML
                - "# in 1 cloud/"
                - topic: 'a/# both 2'
                  retain: strip
                  exclude:
                    - a/private/#
                - {from: modules/+/+/status, to: devices/id/$1/$2/status, direction: in, qos: 1}
                """);

        assertThat(lines.all()).extracting(TopicLine::number).containsExactly(2, 3, 4, 8);
        assertThat(lines.all()).extracting(TopicLine::qos).containsExactly(1, 1, 2, 1);
        assertThat(lines.all())
                .extracting(TopicLine::retain)
                .containsExactly(Retain.KEEP, Retain.KEEP, Retain.STRIP, Retain.KEEP);
        assertThat(lines.all().get(2).excludes()).containsExactly(new TopicFilter("a/private/#"));
        assertThat(lines.all().get(3).remoteFilter()).isEqualTo(new TopicFilter("modules/+/+/status"));
        assertThat(lines.all().get(3).localFilter()).isEqualTo(new TopicFilter("devices/id/+/+/status"));
        assertThat(lines.all().get(3)).hasToString("modules/+/+/status -> devices/id/$1/$2/status in 1");
    }

    @Test
    void tellsWhichLineTookTheMessage() {
        TopicLines lines = TopicLines.parse("a/b out 2\na/# out 1");

        Rewritten rewritten = Objects.requireNonNull(lines.outward(new TopicName("a/c")));

        assertThat(rewritten.line()).isSameAs(lines.all().get(1));
    }

    @Test
    void refusesANameThatBecomesTooLong() {
        TopicLines lines = TopicLines.parse("topic # out 1 \"\" a/");
        TopicName longest = new TopicName("x".repeat(TopicName.MAX_BYTES));

        assertThatThrownBy(() -> lines.outward(longest))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith("...': topic must not be longer than 65535 bytes, was 65537")
                .hasMessageStartingWith("topic line 1 'topic # out 1 \"\" a/' cannot rename 'xxx");
    }

    @Test
    void leavesATopicAsItIsWhereNothingChanges() {
        TopicName topic = new TopicName("a/b");

        assertThat(Objects.requireNonNull(TopicLines.parse("a/# out").outward(topic))
                        .target())
                .isSameAs(topic);
    }

    static Stream<Row> rewrites() throws IOException {
        try (InputStream in = TopicLinesTest.class.getResourceAsStream("rewrites.txt")) {
            String table = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return table.lines().filter(row -> row.contains(" | ")).map(Row::parse).toList().stream();
        }
    }

    record Row(String lineText, String direction, String topic, String expected) {

        static Row parse(String row) {
            String[] cells = row.split("\\|", -1);
            return new Row(cells[0].strip(), cells[1].strip(), cells[2].strip(), cells[3].strip());
        }

        TopicLines lines() {
            List<String> parts = Arrays.asList(lineText.split(" ; "));
            if (lineText.startsWith("{")) {
                return TopicLines.parse(parts.stream()
                        .map(part -> part.startsWith("{") ? "- " + part : "- '" + part + "'")
                        .collect(Collectors.joining("\n")));
            }
            return TopicLines.parse(String.join("\n", parts));
        }

        boolean isOut() {
            return direction.equals("out");
        }

        @Nullable
        Rewritten rewrite(TopicLines lines, TopicName name) {
            return isOut() ? lines.outward(name) : lines.inward(name);
        }
    }
}
