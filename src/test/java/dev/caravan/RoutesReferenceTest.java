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
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(
            strings = {"README.md", "routes/README.md", "docs/reference/bridges.md", "docs/how-to/add-a-bridge.md"})
    void showsRoutesThatCamelReads(String document) throws Exception {
        Matcher yaml =
                Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(Path.of(document)));
        int examples = 0;
        while (yaml.find()) {
            try (DefaultCamelContext context = new DefaultCamelContext()) {
                assertThat(load(context, yaml.group(1))).hasSize(1);
            }
            examples++;
        }
        assertThat(examples).isPositive();
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
