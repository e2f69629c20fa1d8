package dev.caravan.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Finds placeholders, {@code {{key}}}, that no setting answers; Camel would stop at the first. */
final class PlaceholderCheck {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");

    private final CamelContext context;

    PlaceholderCheck(CamelContext context) {
        this.context = context;
    }

    List<Problem> problems(RouteFile file, Item item) {
        List<Problem> found = new ArrayList<>();
        Nodes.eachScalar(item.node(), scalar -> check(file, scalar, found));
        return found;
    }

    private void check(RouteFile file, ScalarNode scalar, List<Problem> found) {
        Matcher placeholder = PLACEHOLDER.matcher(scalar.getValue());
        while (placeholder.find()) {
            String key = placeholder.group(1);
            try {
                context.resolvePropertyPlaceholders(placeholder.group());
            } catch (RuntimeException e) {
                Explanation explanation = Explanation.unknownPlaceholder(key, settings());
                found.add(new Places(file)
                        .problem(
                                Nodes.mark(scalar).getLine() + 1,
                                List.of("{{" + key),
                                explanation.message(),
                                explanation.hint()));
            }
        }
    }

    private Collection<String> settings() {
        Properties all = context.getPropertiesComponent().loadProperties();
        return new TreeSet<>(all.stringPropertyNames());
    }
}
