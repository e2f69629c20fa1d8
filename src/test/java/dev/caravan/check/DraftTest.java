package dev.caravan.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DraftTest {

    @Test
    void readsTheIdOfATemplatedRouteInBothSpellings() {
        Draft draft = read("""
                - templatedRoute:
                    routeTemplateRef: t
                    routeId: one
                - templatedRoute:
                    route-template-ref: t
                    route-id: two
                """);

        assertThat(draft.routes()).extracting(Item::id).containsExactly("one", "two");
        assertThat(draft.problems()).isEmpty();
    }

    @Test
    void knowsTheConfigurationOfARouteInBothSpellings() {
        Draft draft = read("""
                - routeConfiguration:
                    id: kc
                - route:
                    id: one
                    description: x
                    routeConfigurationId: kc
                    from: {uri: "timer:x", steps: [{log: x}]}
                - route:
                    id: two
                    description: x
                    route-configuration-id: kc
                    from: {uri: "timer:x", steps: [{log: x}]}
                """);

        assertThat(draft.routes())
                .hasSize(2)
                .allMatch(route -> route.uses(draft.shared().get(0)));
    }

    @Test
    void keepsBothRoutesOfOneIdToLookAtThem() {
        Draft draft = read("""
                - route: {id: one, description: x, from: {uri: "timer:x", steps: [{log: x}]}}
                - route: {id: one, description: x, from: {uri: "timer:y", steps: [{log: y}]}}
                """);

        assertThat(draft.isBroken()).isTrue();
        assertThat(draft.routes()).extracting(Item::id).doesNotHaveDuplicates().hasSize(2);
    }

    private static Draft read(String text) {
        return Draft.read(new RouteFile("x.camel.yaml", "x.camel.yaml", text));
    }
}
