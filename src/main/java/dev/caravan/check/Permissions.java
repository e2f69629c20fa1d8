package dev.caravan.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/**
 * What a route file may reach. Whoever can write into the folder could otherwise run any program: components outside the
 * list, scripts, and classes by their name are refused. (SECURITY.md says against whom.)
 */
final class Permissions {

    /** The components that a route may name. */
    static final Set<String> SCHEMES = new TreeSet<>(Set.of(
            "bean",
            "csv-log",
            "direct",
            "kamelet",
            "log",
            "mock",
            "mqtt-bridge",
            "paho-mqtt5",
            "platform-http",
            "seda",
            "timer"));

    private static final Pattern CLASS_IN_SIMPLE =
            Pattern.compile("\\$(?:simple)?\\{\\s*(bean:type:|type:)\\s*([\\w.$]+)");

    /** Camel takes a class where there is no bean of a name; {@code ${bean:name.method}} is a bean all the same. */
    private static final Pattern CLASS_AS_BEAN = Pattern.compile(
            "\\$(?:simple)?\\{\\s*bean:\\s*((?:[\\w$]+\\.)+[\\w$]+(?=\\?|::)|(?:[\\w$]+\\.){2,}[\\w$]+)");

    /** In an option, in a URI, behind the default of a placeholder. */
    private static final Pattern CLASS_BY_NAME = Pattern.compile("(?:#|%23)class:([\\w.$]*)");

    private static final Pattern OWN_CLASS =
            Pattern.compile("#?(class:)?(org\\.apache\\.camel\\.processor\\.|dev\\.caravan\\.)[\\w.$]+");
    private static final Set<String> CLASS_KEYS =
            Set.of("beanType", "factoryBean", "factoryMethod", "initMethod", "destroyMethod");
    private static final Set<String> SCRIPT_KEYS =
            Set.of("script", "scriptLanguage", "groovy", "js", "joor", "java", "python", "mvel", "ognl", "spel");

    private Permissions() {}

    static boolean isAllowed(String uri) {
        return SCHEMES.contains(scheme(uri));
    }

    static String scheme(String uri) {
        int colon = uri.indexOf(':');
        return colon < 0 ? uri : uri.substring(0, colon);
    }

    static String refused(String scheme) {
        return "component '" + scheme + "' is not allowed in routes";
    }

    /**
     * Refused things that are no components.
     *
     * @param placeholders puts values in for placeholders, as a name may be put together of them
     */
    static List<Problem> problems(RouteFile file, Item item, UnaryOperator<String> placeholders) {
        List<Problem> found = new ArrayList<>();
        Nodes.eachScalar(item.node(), scalar -> {
            String value = placeholders.apply(scalar.getValue());
            Matcher matcher = CLASS_IN_SIMPLE.matcher(value);
            if (matcher.find()) {
                found.add(refuse(file, scalar, "class '" + matcher.group(2) + "'"));
            }
            matcher = CLASS_AS_BEAN.matcher(value);
            if (matcher.find()) {
                found.add(refuse(file, scalar, "class '" + matcher.group(1) + "'"));
            }
            matcher = CLASS_BY_NAME.matcher(value);
            while (matcher.find()) {
                if (!OWN_CLASS.matcher(matcher.group(1)).matches()) {
                    found.add(refuse(file, scalar, "class '" + matcher.group(1) + "'"));
                }
            }
        });
        Nodes.eachMapping(item.node(), mapping -> mapping.getValue().forEach(tuple -> key(file, tuple, found::add)));
        if (item.kind() == Item.Kind.BEANS) {
            for (Node bean : Nodes.children(Nodes.tuples(item.node()).get(0).getValueNode())) {
                Node type = Nodes.value(bean, "type");
                if (type != null && !OWN_CLASS.matcher(Nodes.text(type)).matches()) {
                    found.add(refuse(file, type, "bean type '" + Nodes.text(type) + "'"));
                }
            }
        }
        return found;
    }

    private static void key(RouteFile file, NodeTuple tuple, Consumer<Problem> found) {
        String key = Nodes.key(tuple);
        if (CLASS_KEYS.contains(key) && !Nodes.text(tuple.getValueNode()).isEmpty()) {
            found.accept(refuse(file, tuple.getKeyNode(), "'" + key + "'"));
        } else if (SCRIPT_KEYS.contains(key)) {
            found.accept(refuse(file, tuple.getKeyNode(), "script '" + key + "'"));
        }
    }

    private static Problem refuse(RouteFile file, Node at, String what) {
        return Problem.at(
                file,
                Nodes.mark(at),
                what + " is not allowed in routes",
                "name a bean of Caravan, see routes/README.md");
    }
}
