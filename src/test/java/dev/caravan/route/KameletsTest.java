package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.camel.Route;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kamelets in the routes folder, and the routes that use them. */
class KameletsTest {

    private static final String KAMELET = """
            apiVersion: camel.apache.org/v1
            kind: Kamelet
            metadata:
              name: greet
            spec:
              definition:
                title: Greets
                required: [name]
                properties:
                  name:
                    title: Whom
                    type: string
              template:
                from:
                  uri: kamelet:source
                  steps:
                    - setBody:
                        expression:
                          simple:
                            expression: "WORD {{name}}"
            """;

    private static final String USER = """
            - route:
                id: user
                description: Greets.
                from:
                  uri: direct:user
                  steps:
                    - to:
                        uri: kamelet:greet
                        parameters:
                          name: NAME
            """;

    @TempDir
    Path home;

    private EditedRoutes routes;

    @BeforeEach
    void start() throws Exception {
        routes = new EditedRoutes(home)
                .write("a", EditedRoutes.answering("a", "other"))
                .write("greet.kamelet.yaml", KAMELET.replace("WORD", "hello"))
                .write("user", USER.replace("NAME", "Ada"))
                .start();
    }

    @AfterEach
    void stop() {
        routes.close();
    }

    @Test
    void servesTheRoutesThatUseIt() throws Exception {
        assertThat(routes.ask("user")).isEqualTo("hello Ada");
    }

    @Test
    void restartsTheRoutesThatUseItAndNoOther() throws Exception {
        Object other = routes.running("a");

        routes.write("greet.kamelet.yaml", KAMELET.replace("WORD", "welcome"));
        routes.look();

        assertThat(routes.ask("user")).isEqualTo("welcome Ada");
        assertThat(routes.running("a")).isSameAs(other);
    }

    @Test
    void makesNoBeanOfAClass() throws Exception {
        routes.write(
                "greet.kamelet.yaml",
                KAMELET.replace("  template:\n", "  template:\n    beans: [{name: x, type: java.util.ArrayList}]\n"));
        routes.look();

        assertThat(routes.state("greet.kamelet.yaml").problems())
                .singleElement()
                .asString()
                .contains("bean type 'java.util.ArrayList' is not allowed");
        assertThat(routes.ask("user")).isEqualTo("hello Ada");
    }

    @Test
    void leavesNothingBehindOfWhatWasReplaced() throws Exception {
        int before = routes.context().getRoutes().size();
        int endpoints = routes.context().getEndpoints().size();

        for (int i = 0; i < 5; i++) {
            routes.write("user", USER.replace("NAME", "Ada" + i));
            routes.look();
            routes.write("greet.kamelet.yaml", KAMELET.replace("WORD", "hello" + i));
            routes.look();
        }

        assertThat(routes.ask("user")).isEqualTo("hello4 Ada4");
        assertThat(routes.context().getRoutes()).extracting(Route::getRouteId).hasSize(before);
        assertThat(routes.context().getEndpoints()).hasSizeLessThanOrEqualTo(endpoints + 1);
    }

    @Test
    void keepsTheOneThatRunsWhenItsNewVersionCannotRun() throws Exception {
        routes.write("greet.kamelet.yaml", KAMELET.replace("WORD", "hi").replace("setBody", "setBoddy"));
        routes.look();

        assertThat(routes.ask("user")).isEqualTo("hello Ada");
        assertThat(routes.state("greet.kamelet.yaml").status()).isEqualTo(RouteFileState.Status.LAST_GOOD);
    }

    @Test
    void servesTheOthersWhenOneOfItsRoutesGoes() throws Exception {
        routes.save("second", USER.replace("user", "second").replace("NAME", "Ada"));

        routes.delete("user").look();

        assertThat(routes.ask("second")).isEqualTo("hello Ada");
    }

    @Test
    void isWaitedFor() throws Exception {
        routes.save("early", USER.replace("user", "early").replace("greet", "later"));
        assertThat(routes.log())
                .anyMatch(line -> line.endsWith("early.camel.yaml:8:18: there is no Kamelet 'later'; it would be in a"
                        + " file later.kamelet.yaml beside this one"));

        routes.save("later.kamelet.yaml", KAMELET.replace("name: greet", "name: later"));
        assertThat(routes.ask("early")).isEqualTo("WORD NAME");
    }

    @Test
    void staysWhileItIsNeeded() throws Exception {
        routes.delete("greet.kamelet.yaml").look();
        assertThat(routes.ask("user")).isEqualTo("hello Ada");

        routes.delete("user").look();
        assertThat(routes.context().getRoutes()).extracting(Route::getRouteId).noneMatch(id -> id.contains("greet"));
    }
}
