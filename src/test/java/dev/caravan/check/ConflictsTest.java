package dev.caravan.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ConflictsTest {

    @Test
    void knowsACallByTheNameAmongItsParameters() {
        Draft caller = route("a", "direct:a", "- to: {uri: direct, parameters: {name: nobody}}");

        assertThat(warnings(caller)).singleElement().asString().contains("no route begins with 'direct:nobody'");
    }

    @Test
    void takesATextThatIsNoAddressForNoCall() {
        Draft route = route("a", "direct:a", "- setBody: {constant: \"direct:a\"}", "- log: direct:nobody");

        assertThat(warnings(route)).isEmpty();
        assertThat(new Conflicts(List.of(route)).find(name -> true)).isEmpty();
    }

    @Test
    void findsCallsInEveryStepThatSends() {
        Draft route = route(
                "a",
                "timer:a",
                "- to: direct:one",
                "- wireTap: {uri: \"direct:two\"}",
                "- toD: direct:three",
                "- enrich: {constant: direct:four}",
                "- recipientList: {constant: \"log:x, direct:five\"}",
                "- choice: {when: [{simple: \"${body}\", steps: [{to: \"direct://six?timeout=5\"}]}]}");

        assertThat(warnings(route))
                .extracting(Problem::message)
                .containsExactlyInAnyOrder(
                        "no route begins with 'direct:one'",
                        "no route begins with 'direct:two'",
                        "no route begins with 'direct:three'",
                        "no route begins with 'direct:four'",
                        "no route begins with 'direct:five'",
                        "no route begins with 'direct:six'");
    }

    @Test
    void takesAPlaceholderInAnEntranceForAnyName() {
        Draft entrance = route("a", "\"direct:in-{{x:m2}}\"", "- log: x");

        assertThat(warnings(entrance, route("b", "timer:b", "- to: direct:in-m2")))
                .isEmpty();
        assertThat(warnings(entrance, route("b", "timer:b", "- to: direct:out")))
                .hasSize(1);
    }

    @Test
    void findsACircleOnBothOfItsCalls() {
        Draft there = route("a", "direct:a", "- to: direct:b");
        Draft back = route("b", "direct:b", "- to: direct:a");

        assertThat(new Conflicts(List.of(there, back)).find(name -> true)).containsOnlyKeys("a", "b");
    }

    @Test
    @Timeout(60)
    void looksAtEachRouteOnceHoweverManyWaysLeadToIt() {
        List<Draft> layers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            layers.add(route("l" + i, "direct:l" + i, "- to: direct:r" + (i + 1), "- to: direct:l" + (i + 1)));
            layers.add(route("r" + i, "direct:r" + i, "- to: direct:l" + (i + 1), "- to: direct:r" + (i + 1)));
        }

        assertThat(new Conflicts(layers).find(name -> true)).isEmpty();
    }

    private static List<Problem> warnings(Draft... drafts) {
        return new Conflicts(List.of(drafts)).unanswered();
    }

    private static Draft route(String id, String from, String... steps) {
        String text = "- route:\n    id: " + id + "\n    from:\n      uri: " + from + "\n      steps:\n        "
                + String.join("\n        ", steps) + "\n";
        return Draft.read(new RouteFile(id, id, text));
    }
}
