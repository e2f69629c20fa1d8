package dev.caravan.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/# both",
                "a both 1 x/ y/",
                "\"\" both 1 a b",
                "a/# out ; a/# in",
                "a/# out ; a/+ in",
                "a/# out ; # in",
                "a/b out ; +/b in",
                "a/# out 0 l/ r/ ; # in 0 l/ r/",
                "topic # out 0 \"\" x/ ; # in 0 y/ \"\"",
                "a in ; a out",
                "$SYS/# out ; $SYS/x in",
                "a/# out ; b/# in ; a/b in",
                "a out 0 \"\" x/ ; \"\" in 0 b x/a ; b out 0 \"\" x/ ; \"\" in 0 a x/b",
                "{topic: 'a/# both', exclude: [a/b]}",
                "{topic: 'a/# both', exclude: [x/#]}",
                "{from: a/+, to: b/$1} ; {from: b/+, to: a/$1, direction: in}",
                "{from: a/#, to: b-$1} ; {from: b-x/+, to: a/$1, direction: in}"
            })
    void findsWhatSendsAMessageRound(String lines) {
        assertThat(parse(lines).loops())
                .hasValueSatisfying(reason -> assertThat(reason).endsWith("a message would go round for ever"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/# out",
                "topic # in",
                "a/# out ; b/# in",
                "a/# out 0 \"\" x/ ; a/# in 0 \"\" y/",
                "a/# out 0 \"\" x/ ; a/# in 0 y/ x/",
                "a/# out ; a/# in 0 remote/ \"\"",
                "topic # out ; $SYS/# in",
                "a out ; a/b in",
                "a out 0 \"\" x/ ; \"\" in 0 b x/a ; b out 0 \"\" x/ ; \"\" in 0 c x/b",
                "{topic: '# out', exclude: [cmd/#]} ; cmd/# in",
                "{topic: '# out', exclude: [remote/#]} ; # in 0 remote/ \"\"",
                "{topic: '# out 0 \"\" edge/'} ; {topic: '# in', exclude: [edge/#]}",
                "{from: a/+, to: b/$1} ; {from: c/+, to: a/$1, direction: in}"
            })
    void acceptsWhatDoesNot(String lines) {
        assertThat(parse(lines).loops()).isEmpty();
    }

    @Test
    void saysWhichLinesDoIt() {
        assertThat(TopicLines.parse("b\na/# both 1 x/ y/").loops())
                .hasValue("line 2 'a/# both 1 x/ y/' sends 'x/a/#' and fetches it back: "
                        + "a message would go round for ever");
        assertThat(TopicLines.parse("b\na/# out 0 \"\" x/\n# in 0 \"\" x/").loops())
                .hasValue(
                        "line 2 'a/# out 0 \"\" x/' sends to 'x/a/#', line 3 '# in 0 \"\" x/' fetches it back to '#', "
                                + "which line 2 sends again: a message would go round for ever");
        assertThat(TopicLines.parse("a out 0 \"\" x/\n\"\" in 0 b x/a\nb out 0 \"\" x/\n\"\" in 0 a x/b")
                        .loops())
                .hasValue("line 1 'a out 0 \"\" x/' sends to 'x/a', line 2 '\"\" in 0 b x/a' fetches it back to 'b', "
                        + "which reaches line 1 again by other lines: a message would go round for ever");
    }

    private static TopicLines parse(String lines) {
        return new TopicLinesTest.Row(lines, "", "", "").lines();
    }
}
