package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.TreeMap;
import org.apache.camel.model.ModelCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an edit leaves behind is nothing, be it the three hundredth. */
class ManyEditsTest {

    private static final int EDITS = 300;

    @TempDir
    Path home;

    /**
     * What may grow with each edit.
     *
     * @param threads by the beginning of their names
     */
    private record Size(int endpoints, int routes, int definitions, int beans, TreeMap<String, Integer> threads) {

        int count() {
            return threads.values().stream().mapToInt(Integer::intValue).sum();
        }

        static Size of(EditedRoutes routes) {
            TreeMap<String, Integer> threads = new TreeMap<>();
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                threads.merge(thread.getName().replaceAll("\\d+", "N"), 1, Integer::sum);
            }
            ModelCamelContext model = (ModelCamelContext) routes.context();
            return new Size(
                    model.getEndpoints().size(),
                    model.getRoutesSize(),
                    model.getRouteDefinitions().size()
                            + model.getRouteTemplateDefinitions().size()
                            + model.getRouteConfigurationDefinitions().size(),
                    model.getRegistry().findByType(Object.class).size(),
                    threads);
        }
    }

    @Test
    void leavesNothingOfOldVersionsBehind() throws Exception {
        try (EditedRoutes routes = new EditedRoutes(home)
                .write("y", EditedRoutes.answering("y", "y"))
                .write("x", edit(0))
                .start()) {
            for (int i = 1; i <= 50; i++) {
                routes.save("x", edit(i));
            }
            Size before = Size.of(routes);

            for (int i = 51; i <= EDITS; i++) {
                routes.save("x", i % 10 == 0 ? edit(i).replace("steps", "stepss") : edit(i));
            }
            routes.save("x", edit(EDITS + 2));

            assertThat(routes.state("x").problems()).isEmpty();
            Size after = Size.of(routes);
            assertThat(after)
                    .usingRecursiveComparison()
                    .ignoringFields("threads")
                    .isEqualTo(before);
            // Pools of the MQTT client may begin some more, far fewer than one for each edit. The threads of a
            // connection that was closed end a little later.
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(Size.of(routes).count())
                            .as("%s\n%s", before, after)
                            .isLessThanOrEqualTo(before.count() + EDITS / 30));
        }
    }

    /** Every name is another one than in the version before. */
    private static String edit(int i) {
        return """
                - routeConfiguration:
                    id: x-%d
                    onException:
                      - onException:
                          exception: [java.lang.Exception]
                          steps:
                            - to: direct:y?timeout=%d
                - route:
                    id: x
                    description: Logs.
                    routeConfigurationId: x-%d
                    from:
                      uri: paho-mqtt5:a/%d
                      parameters:
                        brokerUrl: tcp://127.0.0.1:1
                        clientId: x
                        qos: 1
                      steps:
                        - to: csv-log:file%d?columns=a
                        - to: bean:deadLetters?method=keep&scope=%s
                - route:
                    id: x2-%d
                    description: Counts.
                    from:
                      uri: timer:t%d?period=10s
                      steps:
                        - to: direct:s%d
                - route:
                    id: x3
                    description: Takes.
                    from:
                      uri: direct:s%d
                      steps:
                        - log: x
                - beans:
                    - name: bean%d
                      type: org.apache.camel.processor.aggregate.StringAggregationStrategy
                """.formatted(i, i, i, i, i, i % 2 == 0 ? "Singleton" : "Prototype", i, i, i, i, i);
    }
}
