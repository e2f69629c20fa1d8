package dev.caravan.route;

import static dev.caravan.route.EditedRoutes.answering;
import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.route.RouteFileState.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which of several files is to blame, and that the others are taken over all the same. */
class BlameTest {

    private static final String TEMPLATE = """
            - routeTemplate:
                id: %s
                parameters:
                  - name: %s
                from:
                  uri: direct:{{%s}}
                  steps:
                    - to: csv-log:taken?columns=%s
                    - setBody:
                        constant:
                          expression: "%s"
            """;

    private static final String USER = """
            - templatedRoute:
                routeTemplateRef: %s
                routeId: %s
                parameters:
                  - name: p
                    value: %s
            """;

    @TempDir
    Path home;

    private EditedRoutes routes;

    @BeforeEach
    void start() throws Exception {
        routes = new EditedRoutes(home).write("z", answering("z", "z")).start();
    }

    @AfterEach
    void stop() {
        routes.close();
    }

    @Test
    void triesAFileAgainThatFellOutWithAnother() throws Exception {
        routes.save("user", answering("user", "v1"));

        routes.write(
                        "aa",
                        template("t", "p", "v2") + "- route: {id: bad, from: {uri: 'direct:bad', steps: [{lgo: x}]}}\n")
                .write("user", USER.formatted("t", "user", "user"))
                .look();
        assertThat(routes.ask("user")).isEqualTo("v1");
        assertThat(routes.state("user").problems()).singleElement().asString().contains("unknown template 't'");

        routes.save("aa", template("t", "p", "v2"));
        assertThat(routes.state("user").status()).isEqualTo(Status.RUNNING);
        assertThat(routes.state("aa").status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void takesAGoodFileThatWasSavedWithTheGuiltyOne() throws Exception {
        routes.write("t1", template("t1", "p", "one"))
                .write("t2", template("t2", "p", "two"))
                .write("users", USER.formatted("t1", "u1", "u1") + USER.formatted("t2", "u2", "u2"))
                .look();

        routes.write("t1", template("t1", "p", "better"))
                .write("t2", template("t2", "q", "two"))
                .look();

        assertThat(routes.state("t1").status()).isEqualTo(Status.RUNNING);
        assertThat(routes.state("t2").status()).isEqualTo(Status.LAST_GOOD);
        assertThat(routes.state("users").status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void blamesNoFileThatHasNothingToDoWithARouteThatDoesNotStart() throws Exception {
        routes.write("t", template("t", "p", "one"))
                .write("user", USER.formatted("t", "user", "user"))
                .look();

        routes.write("inn", answering("inn", "in"))
                .write("t", template("t", "p", "one").replace("columns=a", "columns=b"))
                .look();

        assertThat(routes.ask("inn")).isEqualTo("in");
        assertThat(routes.state("t").status()).isEqualTo(Status.LAST_GOOD);
        assertThat(routes.state("t").problems())
                .singleElement()
                .asString()
                .contains("t.camel.yaml: cannot be used any more: ", "user.camel.yaml", "the header is");
        assertThat(routes.state("user").status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void triesAFileAgainThatDidNotStartWhenWhatItUsesChanges() throws Exception {
        routes.save(
                "taken",
                answering("taken", "x").replace("- setBody:", "- to: csv-log:taken?columns=a\n        - setBody:"));
        routes.delete("taken").look();
        routes.write("t", template("t", "p", "one").replace("columns=a", "columns=b"))
                .write("user", USER.formatted("t", "user", "user"))
                .look();
        assertThat(routes.state("user").status()).isEqualTo(Status.FAILED);

        routes.save("t", template("t", "p", "one"));

        assertThat(routes.state("user").status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void saysOnceThatADeletedFileIsNeeded() throws Exception {
        routes.write("t", template("t", "p", "one"))
                .write("user", USER.formatted("t", "user", "user"))
                .look();

        routes.delete("t").look();
        assertThat(routes.log()).anyMatch(line -> line.contains("t.camel.yaml: is deleted, but needed"));

        routes.save("z", answering("z", "zz"));
        assertThat(routes.log()).noneMatch(line -> line.contains("is deleted, but needed"));
        assertThat(routes.state("t").status()).isEqualTo(Status.LAST_GOOD);
    }

    private static String template(String id, String parameter, String answer) {
        return TEMPLATE.formatted(id, parameter, parameter, "a", answer);
    }
}
