package dev.caravan.route;

import static dev.caravan.route.EditedRoutes.answering;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.ModelCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that depend on each other or on what is outside, and how far a save reaches. */
class RouteFolderTogetherTest {

    private static final String TEMPLATE = """
            - routeTemplate:
                id: shared
                parameters:
                  - name: name
                from:
                  uri: direct:{{name}}
                  steps:
                    - setBody:
                        constant:
                          expression: "%s"
            """;

    private static final String TEMPLATED = """
            - templatedRoute:
                routeTemplateRef: shared
                routeId: user
                parameters:
                  - name: name
                    value: user
            """;

    private static final String CONFIGURATION = """
            - routeConfiguration:
                id: shared
                onException:
                  - onException:
                      exception: [java.lang.Exception]
                      handled:
                        constant: "true"
                      steps:
                        - setBody:
                            constant:
                              expression: "%s"
            """;

    private static final String CONFIGURED = """
            - route:
                id: user
                description: Fails.
                routeConfigurationId: shared
                from:
                  uri: direct:user
                  steps:
                    - throwException:
                        exceptionType: java.lang.IllegalStateException
                        message: on purpose
            """;

    /** Its second property tells one version from the next. */
    private static final String BEAN = """
            - beans:
                - name: shared
                  type: org.apache.camel.processor.aggregate.StringAggregationStrategy
                  properties:
                    delimiter: "%s"
            """;

    private static final String WITH_BEAN = """
            - route:
                id: user
                description: Joins the words.
                from:
                  uri: direct:user
                  steps:
                    - setBody:
                        constant: 1,2
                    - split:
                        tokenize: ","
                        aggregationStrategy: shared
                        steps:
                          - log:
                              message: x
                              loggingLevel: DEBUG
            """;

    private static final String CSV = """
            - route:
                id: x
                description: Logs.
                from:
                  uri: direct:x
                  steps:
                    - to: csv-log:taken?columns=%s
            """;

    @TempDir
    Path home;

    private EditedRoutes routes;

    @BeforeEach
    void start() throws Exception {
        routes = new EditedRoutes(home)
                .write("a", answering("a", "a of a"))
                .write("b", answering("b", "b of b"))
                .write("c", answering("c", "c of c"))
                .start();
    }

    @AfterEach
    void stop() {
        routes.close();
    }

    @Test
    void takesTwoFilesThatSwappedTheirRoutesInOneSave() throws Exception {
        Object c = routes.running("c");

        routes.write("a", answering("b", "b of a"))
                .write("b", answering("a", "a of b"))
                .look();

        assertThat(routes.ask("a")).isEqualTo("a of b");
        assertThat(routes.ask("b")).isEqualTo("b of a");
        assertThat(routes.running("c")).isSameAs(c);
    }

    @Test
    void takesThreeFilesWhoseRoutesWentRound() throws Exception {
        routes.write("a", answering("b", "b of a"))
                .write("b", answering("c", "c of b"))
                .write("c", answering("a", "a of c"))
                .look();

        assertThat(routes.ask("a")).isEqualTo("a of c");
        assertThat(routes.ask("b")).isEqualTo("b of a");
        assertThat(routes.ask("c")).isEqualTo("c of b");
    }

    @Test
    void leavesBothFilesAsTheyWereWhenOneHalfOfASwapIsBroken() throws Exception {
        Object a = routes.running("a");
        Object b = routes.running("b");

        routes.write("a", answering("b", "b of a"))
                .write("b", answering("a", "a of b").replace("setBody", "setBodi"))
                .look();

        assertThat(routes.running("a")).isSameAs(a);
        assertThat(routes.running("b")).isSameAs(b);
        assertThat(routes.state("a").problems()).anyMatch(p -> p.contains("route 'b' is in b.camel.yaml too"));
        assertThat(routes.state("b").problems()).anyMatch(p -> p.contains("setBodi"));

        routes.save("b", answering("a", "a of b"));

        assertThat(routes.ask("a")).isEqualTo("a of b");
        assertThat(routes.ask("b")).isEqualTo("b of a");
    }

    @ParameterizedTest
    @CsvSource({"template, one, two", "configuration, one, two", "bean, -, +"})
    void runsAFileOnceAnotherBringsWhatItNeedsAndRestartsItWithThatAlone(String kind, String one, String two)
            throws Exception {
        Object a = routes.running("a");
        String shared = kind.equals("template") ? TEMPLATE : kind.equals("bean") ? BEAN : CONFIGURATION;
        String first = kind.equals("bean") ? "1-2" : "one";
        String second = kind.equals("bean") ? "1+2" : "two";

        routes.save("user", kind.equals("template") ? TEMPLATED : kind.equals("bean") ? WITH_BEAN : CONFIGURED);
        assertThat(routes.state("user").status()).isEqualTo(RouteFileState.Status.FAILED);
        assertThat(routes.state("user").problems()).anyMatch(problem -> problem.contains("shared"));

        routes.save("z-shared", shared.formatted(one));
        assertThat(routes.ask("user")).isEqualTo(first);
        assertThat(routes.state("user").problems()).isEmpty();

        routes.save("z-shared", shared.formatted(two));
        assertThat(routes.ask("user")).isEqualTo(second);
        assertThat(routes.log()).anyMatch(line -> line.contains("z-shared.camel.yaml: 1 route changed"));
        Object user = routes.running("user");

        routes.delete("z-shared").look();
        assertThat(routes.ask("user")).isEqualTo(second);
        assertThat(routes.running("user")).isSameAs(user);
        assertThat(routes.state("z-shared").problems())
                .anyMatch(p -> p.contains("is deleted, but needed: " + routes.file("user")));

        routes.delete("user").look();
        assertThat(routes.knows("user")).isFalse();
        assertThat(routes.knows("z-shared")).isFalse();
        assertThat(routes.running("a")).isSameAs(a);
    }

    @Test
    void changesAConfigurationAfterASaveThatLeftItAsItWas() throws Exception {
        routes.save("user", CONFIGURED);
        routes.save("shared", CONFIGURATION.formatted("one"));
        routes.save("shared", "# a comment\n" + CONFIGURATION.formatted("one"));
        routes.save("user", "# a comment\n" + CONFIGURED);

        routes.save("shared", CONFIGURATION.formatted("two"));

        assertThat(routes.ask("user")).isEqualTo("two");
        assertThat(((ModelCamelContext) routes.context()).getRouteConfigurationDefinitions())
                .hasSize(1);

        routes.delete("user").delete("shared").look();
        assertThat(((ModelCamelContext) routes.context()).getRouteConfigurationDefinitions())
                .isEmpty();
    }

    @Test
    void restartsOnlyTheRouteOfAFileThatChanged() throws Exception {
        routes.save("a", answering("a", "a 1") + answering("a2", "a2 1"));
        Object a = routes.running("a");

        routes.save("a", answering("a", "a 1") + answering("a2", "a2 2"));

        assertThat(routes.ask("a2")).isEqualTo("a2 2");
        assertThat(routes.running("a")).isSameAs(a);
        assertThat(routes.log()).anyMatch(line -> line.contains("1 route changed, 0 added, 0 removed"));
    }

    @Test
    void restartsNothingWhenOnlyAComment() throws Exception {
        Object a = routes.running("a");

        routes.save("a", "# a comment\n\n" + answering("a", "a of a") + "# another\n");

        assertThat(routes.running("a")).isSameAs(a);
        assertThat(routes.log()).anyMatch(line -> line.contains("0 routes changed, 0 added, 0 removed"));
    }

    @Test
    void runsAFileUnderItsNewName() throws Exception {
        Files.move(routes.file("a"), routes.file("d"));
        routes.look();

        assertThat(routes.ask("a")).isEqualTo("a of a");
        assertThat(routes.knows("a")).isFalse();
        assertThat(routes.state("d").status()).isEqualTo(RouteFileState.Status.RUNNING);

        routes.delete("d").look();
        assertThat(routes.context().getRoute("a")).isNull();
    }

    @Test
    void runsAFileThatHadAnIdOfAnotherOnceThatIsGone() throws Exception {
        routes.save("d", answering("a", "a of d"));
        assertThat(routes.ask("a")).isEqualTo("a of a");

        routes.delete("a").look();

        assertThat(routes.ask("a")).isEqualTo("a of d");
    }

    @Test
    void leavesAFileThatDidNotStartAloneWhenAnotherIsSaved() throws Exception {
        Files.createDirectories(home.resolve("data/csv"));
        Files.writeString(home.resolve("data/csv/taken.csv"), "a,b\n");
        routes.save("x", CSV.formatted("a,b"));
        routes.save("x", CSV.formatted("a,c"));
        assertThat(routes.state("x").status()).isEqualTo(RouteFileState.Status.LAST_GOOD);
        Object x = routes.running("x");

        routes.save("a", answering("a", "edited"));

        assertThat(routes.ask("a")).isEqualTo("edited");
        assertThat(routes.running("x")).isSameAs(x);
        assertThat(routes.state("x").problems()).anyMatch(problem -> problem.contains("the header is 'a,b'"));

        Files.delete(home.resolve("data/csv/taken.csv"));
        routes.save("x", CSV.formatted("a,c") + "# again\n");
        assertThat(routes.state("x").status()).isEqualTo(RouteFileState.Status.RUNNING);
    }

    @Test
    void takesTheOtherFilesOfASaveWhenOneDoesNotStart() throws Exception {
        Files.createDirectories(home.resolve("data/csv"));
        Files.writeString(home.resolve("data/csv/taken.csv"), "a,b\n");

        routes.write("x", CSV.formatted("a,c"))
                .write("a", answering("a", "edited"))
                .delete("b")
                .look();

        assertThat(routes.ask("a")).isEqualTo("edited");
        assertThat(routes.context().getRoute("b")).isNull();
        assertThat(routes.state("x").status()).isEqualTo(RouteFileState.Status.FAILED);
        assertThat(routes.context().getRoute("x")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void letsAnExchangeFinishWhenItsFileIsReplacedOrDeleted(boolean delete) throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        routes.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:begun").process(exchange -> begun.countDown());
            }
        });
        routes.save("slow", answering("slow", "done").replace("- setBody", """
                - to: direct:begun
                        - delay:
                            constant: 800
                        - setBody"""));
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> {
            try (FluentProducerTemplate template = routes.context().createFluentProducerTemplate()) {
                return template.to("direct:slow").request(String.class);
            } catch (Exception e) {
                return e.toString();
            }
        });
        assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();

        if (delete) {
            routes.delete("slow").look();
            assertThat(routes.context().getRoute("slow")).isNull();
        } else {
            routes.save("slow", answering("slow", "new"));
            assertThat(routes.ask("slow")).isEqualTo("new");
        }
        assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("done");
    }

    @Test
    void doesNotLetAMessageChooseAComponent() throws Exception {
        routes.save("d", answering("d", "class:java.lang.Runtime?method=gc") + """
                        - recipientList:
                            simple: ${body}
                """);

        assertThat(routes.state("d").status()).isEqualTo(RouteFileState.Status.RUNNING);
        assertThat(routes.ask("d")).contains("No endpoint could be found for: class:");
    }
}
