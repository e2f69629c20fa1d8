package dev.caravan.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BadTopicLinesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            sensors/# sideways 1        | direction must be in, out or both, was 'sideways'
            sensors/# 1                 | direction must be in, out or both, was '1'
            topic out 1                 | direction must be in, out or both, was '1'
            sensors/# out 3             | qos must be 0, 1 or 2, was '3'
            sensors/# out -1            | qos must be 0, 1 or 2, was '-1'
            sensors/# out x/            | qos must be 0, 1 or 2, was 'x/'
            sensors/# out ""            | qos must be 0, 1 or 2, was ''
            # out of order              | qos must be 0, 1 or 2, was 'of'
            topic                       | a pattern is missing
            a out 1 x/ y/ z/            | at most pattern, direction, qos and two prefixes are known, 'z/' is too many
            a out 1 x/+/ y/             | local prefix must not contain the wildcards + or #, was 'x/+/'
            a out 1 x/ y#               | remote prefix must not contain the wildcards + or #, was 'y#'
            "" out 1                    | an empty pattern needs both prefixes: they are the two topics
            "" out 1 a                  | an empty pattern needs both prefixes: they are the two topics
            "" out 1 "" b               | an empty pattern needs both prefixes: they are the two topics
            "" out 1 "" ""              | an empty pattern needs both prefixes: they are the two topics
            a# out                      | topic filter must have + and # alone in their level
            "a/#" out                   | topic filter must have + and # alone in their level
            a/#/b out                   | topic filter must have # only as its last level
            a/+b out                    | topic filter must have + and # alone in their level
            # out 1 plant edge/         | local prefix and pattern make 'plant#': topic filter must have + and # alone in their level
            # out 1 plant/ edge         | remote prefix and pattern make 'edge#': topic filter must have + and # alone in their level
            + in 1 "" edge              | remote prefix and pattern make 'edge+': topic filter must have + and # alone in their level
            $share/g/a in 1             | a shared subscription cannot be bridged
            g/a in 1 "" $share/         | a shared subscription cannot be bridged
            #                           | may be a comment or the pattern of all topics: write '# out 0', or '##'
            """)
    void namesTheLineAndTheRule(String line, String rule) {
        assertThatThrownBy(() -> TopicLines.parse("## first\na/b out 1\n" + line))
                .isInstanceOfSatisfying(
                        TopicLineException.class, e -> assertThat(e.line()).isEqualTo(3))
                .hasMessage("line 3: '" + line + "': " + rule);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {topc: a}                                      | key 'topc': is unknown, the nearest known key is 'topic'
            {topic: a, excludes: [b]}                      | key 'excludes': is unknown, the nearest known key is 'exclude'
            {topic: a, QoS: 1}                             | key 'QoS': is unknown, the nearest known key is 'qos'
            {[a]: b}                                       | key '?': is unknown, the nearest known key is 'to'
            {topic: a, topic: b}                           | key 'topic': is given twice
            {topic: a, qos: 1}                             | key 'qos': cannot stand beside 'topic', whose line says it
            {topic: a, to: b}                              | key 'to': cannot stand beside 'topic', whose line says it
            {topic: [a]}                                   | key 'topic': must be a text
            {topic: a sideways}                            | 'a sideways': direction must be in, out or both, was 'sideways'
            {topic: a, retain: yes}                        | key 'retain': must be keep or strip, was 'yes'
            {topic: a, exclude: [b#]}                      | key 'exclude': topic filter must have + and # alone in their level, was 'b#'
            {topic: a, exclude: {b: c}}                    | key 'exclude': must be a text
            {exclude: [b]}                                 | key 'from': is needed, or else 'topic'
            {from: a}                                      | key 'to': is needed, or else 'topic'
            {to: a}                                        | key 'from': is needed, or else 'topic'
            {from: a/+, to: b, direction: both}            | key 'direction': must be in or out: 'to' cannot be turned round, write one map for each
            {from: a/+, to: b, direction: up}              | key 'direction': must be in or out, was 'up'
            {from: a/+, to: b, qos: 3}                     | key 'qos': must be 0, 1 or 2, was '3'
            {from: a/+, to: b, qos: [1]}                   | key 'qos': must be a text
            {from: a/+b, to: b}                            | key 'from': topic filter must have + and # alone in their level, was 'a/+b'
            {from: $share/g/a, to: b}                      | key 'from': a shared subscription cannot be bridged
            {from: a/+, to: b/$2}                          | key 'to': $2 does not exist, 'from' has 1 wildcard
            {from: a/+/#, to: b/$3}                        | key 'to': $3 does not exist, 'from' has 2 wildcards
            {from: a/+, to: b/$0}                          | key 'to': $0 does not exist, 'from' has 1 wildcard
            {from: a/b, to: b/$99999999999}                | key 'to': $99999999999 does not exist, 'from' has 0 wildcards
            {from: a/+, to: b/+}                           | key 'to': topic must not contain the wildcards + or #
            {from: a/+, to: ''}                            | key 'to': topic must not be empty
            {from: a/+, to: "b\\0"}                        | key 'to': topic must not contain the character U+0000
            [a, b]                                         | a list item must be a topic line or a map
            ''                                             | '': a pattern is missing
            "a\\tout"                                      | 'a\tout': words must be separated by spaces, not by tabs or other control characters
            """)
    void namesTheLineAndTheKey(String item, String message) {
        assertThatThrownBy(() -> TopicLines.parse("- a/b out 1\n\n- " + item))
                .isInstanceOf(TopicLineException.class)
                .hasMessage("line 3: " + message);
    }

    @Test
    void refusesTabsBetweenWords() {
        assertThatThrownBy(() -> TopicLines.parse("a/b\tout 1"))
                .hasMessage("line 1: 'a/b\tout 1': words must be separated by spaces, not by tabs or other control"
                        + " characters");
        assertThat(TopicLines.parse("\ta/b out 1\t\r\n").all()).hasSize(1);
    }

    @Test
    void demandsALine() {
        for (String text : new String[] {"", "  \n\n", "## only\n# comments here"}) {
            assertThatThrownBy(() -> TopicLines.parse(text)).hasMessage("line 1: at least one topic line is needed");
        }
    }

    @Test
    void namesTheLineWhereYamlBreaks() {
        assertThatThrownBy(() -> TopicLines.parse("- a\n- b: [c"))
                .isInstanceOf(TopicLineException.class)
                .hasMessageMatching("line [23]: no valid YAML: .+");
        assertThatThrownBy(() -> TopicLines.parse("- a\nb: c"))
                .isInstanceOf(TopicLineException.class)
                .hasMessageStartingWith("line 2: no valid YAML: ");
        assertThatThrownBy(() -> TopicLines.parse("- &x [*x]")).isInstanceOf(TopicLineException.class);
    }

    @Test
    void namesTheLineOfAKeyWithinItsMap() {
        assertThatThrownBy(() -> TopicLines.parse("- from: a/+\n  to: b/$1\n  qos: 7"))
                .hasMessage("line 3: key 'qos': must be 0, 1 or 2, was '7'");
    }
}
