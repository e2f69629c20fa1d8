package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RouteFolderTest {

    private static final String SHARED = """
            - routeConfiguration:
                id: shared
                onException:
                  - onException:
                      exception: [java.lang.Exception]
                      steps:
                        - to: %s
            """;

    @TempDir
    Path folder;

    private CamelContext context;
    private RouteFolder routes;

    @BeforeEach
    void start() throws Exception {
        context = new DefaultCamelContext();
        save("a", answering("a", "one"));
        save("b", answering("b", "two"));
        routes = new RouteFolder(context, folder, DefaultCamelContext::new, Clock.systemUTC());
        routes.load();
        context.start();
        routes.watch();
    }

    @AfterEach
    void stop() {
        routes.close();
        context.stop();
    }

    @Test
    void runsEveryFile() {
        assertThat(ask("a")).isEqualTo("one");
        assertThat(ask("b")).isEqualTo("two");
        assertThat(context.getRoutesSize()).isEqualTo(2);
    }

    /** The best of some: the first has to load classes, and the machine may do other things too. */
    @Test
    void takesASavedEditWithinASecond() throws Exception {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < 9 && best >= 1_000; i++) {
            String text = "edit " + i;
            long start = System.nanoTime();
            save("a", answering("a", text));
            await().pollInterval(Duration.ofMillis(20))
                    .untilAsserted(() -> assertThat(ask("a")).isEqualTo(text));
            best = Math.min(best, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }

        assertThat(best).isLessThan(1_000);
        assertThat(ask("b")).isEqualTo("two");
    }

    @Test
    void takesAnEditThatAnEditorRenamesIntoPlace() throws Exception {
        Path temporary = Files.writeString(folder.resolve(".a.swp"), answering("a", "edited"));
        Files.move(temporary, folder.resolve("a.camel.yaml"), StandardCopyOption.REPLACE_EXISTING);

        await().untilAsserted(() -> assertThat(ask("a")).isEqualTo("edited"));
    }

    @Test
    void takesNewFilesAndForgetsDeletedAndRenamedOnes() throws Exception {
        save("c", answering("c", "three"));
        await().untilAsserted(() -> assertThat(ask("c")).isEqualTo("three"));

        Files.delete(folder.resolve("c.camel.yaml"));
        await().until(() -> context.getRoute("c") == null);

        Files.move(folder.resolve("b.camel.yaml"), folder.resolve("d.camel.yaml"));
        await().untilAsserted(() -> assertThat(routes.states())
                .extracting(RouteFileState::file)
                .anyMatch(file -> file.endsWith("d.camel.yaml")));
        assertThat(ask("b")).isEqualTo("two");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "- route:\n    id: a\n   from: x",
                "- route:\n    id: a\n    from:\n      uri: direct:a\n      steps:\n        - noSuchStep: {}\n",
                "- route:\n    id: a\n    from:\n      uri: direct:a\n      steps:\n        - to: nosuchscheme:x\n",
                "- route:\n    id: a\n    from:\n      uri: direct:a?noSuchOption=1\n      steps:\n        - log: x\n",
                "- route:\n    id: a\n    from:\n      uri: direct:{{no.such.key}}\n      steps:\n        - log: x\n",
                "- route:\n    id: b\n    from:\n      uri: direct:other\n      steps:\n        - log: x\n",
                "just words",
                "",
                "\t- route:",
                "{{{{"
            })
    void keepsTheLastGoodVersionWhenASaveCannotRun(String text) throws Exception {
        save("a", text);
        save("c", answering("c", "marker"));

        await().untilAsserted(() -> assertThat(ask("c")).isEqualTo("marker"));
        assertThat(ask("a")).isEqualTo("one");
        assertThat(ask("b")).isEqualTo("two");

        save("a", answering("a", "mended"));
        await().untilAsserted(() -> assertThat(ask("a")).isEqualTo("mended"));
    }

    @Test
    void leavesOtherRoutesRunningWhileAFileIsSavedOverAndOver() throws Exception {
        String before = context.getRoute("b").getUptime();
        AtomicLong startedAt = new AtomicLong(context.getRoute("b").getUptimeMillis());
        for (int i = 0; i < 5; i++) {
            String text = "edit " + i;
            save("a", i % 2 == 0 ? answering("a", text) : "broken: [" + i);
            if (i % 2 == 0) {
                await().untilAsserted(() -> assertThat(ask("a")).isEqualTo(text));
            }
        }
        assertThat(before).isNotNull();
        assertThat(context.getRoute("b").getUptimeMillis()).isGreaterThan(startedAt.get());
    }

    @Test
    void keepsTheRoutesWhenASharedConfigurationCannotBeUsed() throws Exception {
        String user = answering("user", "works").replace("    from:", "    routeConfigurationId: shared\n    from:");
        save("0-shared", SHARED.formatted("mock:failed"));
        await().until(() -> !((ModelCamelContext) context)
                .getRouteConfigurationDefinitions()
                .isEmpty());
        save("user", user);
        await().untilAsserted(() -> assertThat(ask("user")).isEqualTo("works"));

        save("0-shared", SHARED.formatted("nosuchscheme:x"));
        save("c", answering("c", "marker"));
        await().untilAsserted(() -> assertThat(ask("c")).isEqualTo("marker"));
        assertThat(ask("user")).isEqualTo("works");
        assertThat(ask("a")).isEqualTo("one");
    }

    @Test
    void refusesAConfigurationThatDoesNotExist(@TempDir Path other) throws Exception {
        Files.writeString(
                other.resolve("x.camel.yaml"),
                answering("x", "1").replace("    from:", "    routeConfigurationId: typo\n    from:"));

        try (DefaultCamelContext fresh = new DefaultCamelContext()) {
            assertThatThrownBy(() -> new RouteFolder(fresh, other, DefaultCamelContext::new, Clock.systemUTC()).load())
                    .hasMessageEndingWith("x.camel.yaml:3:5: route 'x': there is no routeConfiguration 'typo'");
        }
    }

    @Test
    void namesFileAndLineOfABrokenFileAtStart(@TempDir Path other) throws Exception {
        Files.writeString(other.resolve("x.camel.yaml"), "- route:\n    id: x\n   from: y\n");

        try (DefaultCamelContext fresh = new DefaultCamelContext()) {
            assertThatThrownBy(() -> new RouteFolder(fresh, other, DefaultCamelContext::new, Clock.systemUTC()).load())
                    .isInstanceOf(RouteException.class)
                    .hasMessageMatching(".*x\\.camel\\.yaml:3:\\d+: .*");
        }
    }

    @Test
    void refusesAFileThatIsNotText(@TempDir Path other) throws Exception {
        Files.write(other.resolve("x.camel.yaml"), new byte[] {(byte) 0xc3, (byte) 0x28});

        try (DefaultCamelContext fresh = new DefaultCamelContext()) {
            assertThatThrownBy(() -> new RouteFolder(fresh, other, DefaultCamelContext::new, Clock.systemUTC()).load())
                    .hasMessageEndingWith("x.camel.yaml:1: is not UTF-8 text; save it in UTF-8");
        }
    }

    @Test
    void warnsOnceOfAFileWhoseNameIsNoRoutes(@TempDir Path other) throws Exception {
        try (EditedRoutes edited =
                new EditedRoutes(other).write("b", answering("b", "b")).start()) {
            edited.write("door.yaml", answering("door", "open")).look();
            assertThat(edited.log())
                    .singleElement()
                    .asString()
                    .startsWith("WARN ")
                    .endsWith("door.yaml is ignored: the name of a route file ends with .camel.yaml");

            assertThat(edited.look().log()).isEmpty();
        }
    }

    @Test
    void refusesTheSameIdInTwoFiles(@TempDir Path other) throws Exception {
        Files.writeString(other.resolve("x.camel.yaml"), answering("same", "1"));
        Files.writeString(other.resolve("y.camel.yaml"), answering("same", "2").replace("direct:same", "direct:y"));

        try (DefaultCamelContext fresh = new DefaultCamelContext()) {
            assertThatThrownBy(() -> new RouteFolder(fresh, other, DefaultCamelContext::new, Clock.systemUTC()).load())
                    .hasMessageEndingWith(
                            "y.camel.yaml:2:6: route 'same' is in x.camel.yaml too; give each its own id");
        }
    }

    private void save(String name, String text) throws Exception {
        Files.write(folder.resolve(name + ".camel.yaml"), text.getBytes(StandardCharsets.UTF_8));
    }

    private String ask(String endpoint) {
        if (context.hasEndpoint("direct:" + endpoint) == null) {
            return "";
        }
        try (FluentProducerTemplate template = context.createFluentProducerTemplate()) {
            return template.withHeader("x", TimeUnit.SECONDS)
                    .to("direct:" + endpoint)
                    .request(String.class);
        } catch (Exception e) {
            return "";
        }
    }

    private static String answering(String id, String answer) {
        return """
                - route:
                    id: %s
                    from:
                      uri: direct:%s
                      steps:
                        - setBody:
                            constant:
                              expression: "%s"
                """.formatted(id, id, answer);
    }
}
