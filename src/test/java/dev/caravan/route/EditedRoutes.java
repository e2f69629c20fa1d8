package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.caravan.OfflineContext;
import dev.caravan.csv.CsvLogComponent;
import dev.caravan.settings.Settings;
import dev.caravan.testkit.TestSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.FluentProducerTemplate;
import org.slf4j.LoggerFactory;

/**
 * A routes folder that runs with all that routes may name, but without a broker, and that looks only when it is told to:
 * what a save did is known without waiting.
 */
final class EditedRoutes implements AutoCloseable {

    private final Path folder;
    private final CamelContext context;
    private final RouteFolder routes;
    private final Lines lines = new Lines();

    /** @param home where the folders {@code routes} and {@code data} are made */
    EditedRoutes(Path home) throws Exception {
        folder = Files.createDirectories(home.resolve("routes"));
        Settings settings = TestSettings.in(home);
        OfflineContext contexts = new OfflineContext(settings, Clock.systemUTC());
        context = contexts.get();
        context.getComponent("csv-log", CsvLogComponent.class).setDirectory(home.resolve("data/csv"));
        routes = new RouteFolder(context, folder, contexts, Clock.systemUTC());
        logger().setLevel(Level.INFO);
        logger().addAppender(lines);
        lines.start();
    }

    /** What is in the folder now runs. */
    EditedRoutes start() throws Exception {
        routes.load();
        context.start();
        return this;
    }

    CamelContext context() {
        return context;
    }

    RouteFolder folder() {
        return routes;
    }

    /** Where the files are. */
    Path path() {
        return folder;
    }

    Path file(String name) {
        return folder.resolve(name.contains(".") ? name : name + ".camel.yaml");
    }

    /** Writes a file; nobody looks yet. */
    EditedRoutes write(String name, String text) throws IOException {
        return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    EditedRoutes write(String name, byte[] content) throws IOException {
        Files.write(file(name), content);
        return this;
    }

    EditedRoutes delete(String name) throws IOException {
        Files.delete(file(name));
        return this;
    }

    /** As often as it needs to see that what changed stays so. */
    EditedRoutes look() {
        lines.clear();
        routes.look();
        routes.look();
        return this;
    }

    /** Writes a file and looks. */
    EditedRoutes save(String name, String text) throws IOException {
        return write(name, text).look();
    }

    /** What the route behind {@code direct:name} answers, or why it does not. */
    String ask(String name) throws IOException {
        if (context.hasEndpoint("direct:" + name) == null) {
            return "no direct:" + name;
        }
        try (FluentProducerTemplate template = context.createFluentProducerTemplate()) {
            return String.valueOf(template.to("direct:" + name + "?block=false").request(String.class));
        } catch (RuntimeException e) {
            return String.valueOf(e.getCause());
        }
    }

    /** How a file is. */
    RouteFileState state(String name) {
        return routes.states().stream()
                .filter(state -> state.file().equals(file(name).getFileName().toString()))
                .findFirst()
                .orElseThrow();
    }

    boolean knows(String name) {
        return routes.states().stream()
                .anyMatch(state -> state.file().equals(file(name).getFileName().toString()));
    }

    /** What the last look logged. */
    List<String> log() {
        return List.copyOf(lines.texts);
    }

    /** What tells one start of a route from the next. */
    Object running(String routeId) {
        assertThat(context.getRoute(routeId)).as("route %s", routeId).isNotNull();
        return context.getRoute(routeId);
    }

    /** A route that answers. */
    static String answering(String id, String answer) {
        return """
                - route:
                    id: %s
                    description: Answers.
                    from:
                      uri: direct:%s
                      steps:
                        - setBody:
                            constant:
                              expression: "%s"
                """.formatted(id, id, answer);
    }

    @Override
    public void close() {
        routes.close();
        context.stop();
        logger().detachAppender(lines);
        logger().setLevel(null);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("dev.caravan.route");
    }

    private static final class Lines extends AppenderBase<ILoggingEvent> {

        private final List<String> texts = new CopyOnWriteArrayList<>(new ArrayList<>());

        @Override
        protected void append(ILoggingEvent event) {
            texts.add(event.getLevel() + " " + event.getFormattedMessage());
        }

        void clear() {
            texts.clear();
        }
    }
}
