package dev.caravan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.caravan.bridge.BridgeTemplate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The route table says what the files say, and the routes in the documents are routes. */
class RoutesReferenceTest {

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            return files.filter(f -> f.toString().endsWith(".camel.yaml"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void standsInTheTableUnderItsFileName(Path file) throws Exception {
        List<String> table = Files.readAllLines(Path.of("routes", "README.md"));
        String name = file.getFileName().toString().replace(".camel.yaml", "");
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            for (RouteDefinition route : load(context, Files.readString(file))) {
                assertThat(route.getRouteId()).isEqualTo(name);
                assertThat(route.getOutputs()).hasSizeLessThanOrEqualTo(7);
                Map<String, Object> parameters = Objects.requireNonNullElse(route.getTemplateParameters(), Map.of());
                String from = route.getInput()
                        .getEndpointUri()
                        .replaceAll("\\?.*", "")
                        .replace("{{name}}", String.valueOf(parameters.get("name")));
                Object description = parameters.getOrDefault("description", route.getDescriptionText());
                assertThat(table).anySatisfy(row -> assertThat(row)
                        .startsWith("| " + name + " | `" + from + "` | ")
                        .endsWith(" | " + description + " |"));
            }
        }
    }

    @Test
    void hasNoRowWithoutAFile() throws Exception {
        Pattern row = Pattern.compile("^\\| ([a-z-]+) \\| `(paho|platform|mqtt-bridge:)");
        for (String line : Files.readAllLines(Path.of("routes", "README.md"))) {
            Matcher matcher = row.matcher(line);
            if (matcher.find()) {
                assertThat(Path.of("routes", matcher.group(1) + ".camel.yaml")).exists();
            }
        }
    }

    /** Every document of the project. */
    static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(Path.of("."));
                Stream<Path> routes = Files.walk(Path.of("routes"));
                Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.of(top, routes, docs)
                    .flatMap(paths -> paths)
                    .filter(f -> f.toString().endsWith(".md"))
                    .map(Path::normalize)
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void showsRouteFilesThatCamelReads(Path document) throws Exception {
        for (String example : routeFiles(document)) {
            try (DefaultCamelContext context = new DefaultCamelContext()) {
                int routes = load(context, example).size();
                int shared = context.getRouteConfigurationDefinitions().size();
                assertThat(routes + shared).as(example).isEqualTo(1);
            }
            assertThat(CanonicalYaml.problems(example)).as(example).isEmpty();
        }
    }

    @Test
    void findsTheRouteFilesInTheDocuments() throws Exception {
        for (String document : new String[] {"README.md", "routes/README.md", "docs/how-to/add-a-bridge.md"}) {
            assertThat(routeFiles(Path.of(document))).as(document).isNotEmpty();
        }
    }

    /** A block that begins with the word yaml alone is a whole route file; another kind of YAML says so behind it. */
    private static List<String> routeFiles(Path document) throws IOException {
        return Pattern.compile("^ *```ya?ml\n(.*?)^ *```", Pattern.DOTALL | Pattern.MULTILINE)
                .matcher(Files.readString(document))
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    @Test
    void showsAShippedRouteToTheLetter() throws Exception {
        assertThat(Files.readString(Path.of("README.md")))
                .contains(Files.readString(Path.of("routes", "device-log-status.camel.yaml")));
    }

    private static List<RouteDefinition> load(DefaultCamelContext context, String text) throws Exception {
        context.getPropertiesComponent().setIgnoreMissingProperty(true);
        BridgeTemplate.register(context);
        PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("x.camel.yaml", text));
        return context.getRouteDefinitions();
    }
}
