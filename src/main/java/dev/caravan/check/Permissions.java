package dev.caravan.check;

import dev.caravan.fence.AllowedClasses;
import dev.caravan.fence.AllowedComponents;
import dev.caravan.fence.MethodCalls;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.util.StringHelper;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/**
 * What a route file may reach. Whoever can write into the folder could otherwise run any program: components outside the
 * list, scripts, and classes by their name are refused. (SECURITY.md says against whom.)
 */
final class Permissions {

    /** The components that a route may name. */
    static final Set<String> SCHEMES = AllowedComponents.SCHEMES;

    private static final Pattern CLASS_IN_SIMPLE =
            Pattern.compile("\\$(?:simple)?\\{\\s*(bean:type:|type:)\\s*([\\w.$]+)");

    /** Camel takes a class where there is no bean of a name; {@code ${bean:name.method}} is a bean all the same. */
    private static final Pattern CLASS_AS_BEAN = Pattern.compile(
            "\\$(?:simple)?\\{\\s*bean:\\s*((?:[\\w$]+\\.)+[\\w$]+(?=\\?|::)|(?:[\\w$]+\\.){2,}[\\w$]+)");

    private static final Pattern FUNCTION = Pattern.compile("\\$(?:simple)?\\{");

    /** In an option, in a URI, behind the default of a placeholder. */
    private static final Pattern CLASS_BY_NAME = Pattern.compile("(?:#|%23)class:((?:[\\w.$]|\\{[^}]*})*)");

    private static final Pattern BEAN_TYPE = Pattern.compile("(?:#class:)?([\\w.$]+)(?:\\(.*\\))?");

    private static final Pattern TYPE_IN_SIMPLE =
            Pattern.compile("\\{\\s*(?:(?:bodyAs|mandatoryBodyAs|messageAs)\\(|headerAs\\([^,)]*,)\\s*([\\w.$]+)");

    private static final Set<String> CONVERSIONS = Set.of("convertBodyTo", "convertHeaderTo", "convertVariableTo");

    /** What Simple calls methods of. */
    private static final Pattern CALLS = Pattern.compile(
            "(?:(camelContext)|(exchange|message|messageAs\\([^)]*\\)|in|out)"
                    + "|exception|(?:in\\.)?body|(?:mandatoryB|b)ody(?:OneLine|As\\([^)]*\\))|bean:[\\w-]+)"
                    + "([.?\\[].*|)",
            Pattern.DOTALL);

    private static final Set<String> CLASS_KEYS = Set.of(
            "beanType", "factoryBean", "factoryMethod", "builderClass", "builderMethod", "initMethod", "destroyMethod");
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
                if (!AllowedClasses.isBean(matcher.group(1))) {
                    found.add(refuse(file, scalar, "class '" + matcher.group(1) + "'"));
                }
            }
            matcher = TYPE_IN_SIMPLE.matcher(value);
            while (matcher.find()) {
                type(file, scalar, matcher.group(1), found::add);
            }
            String call = refusedCall(value);
            if (call != null) {
                found.add(refuse(file, scalar, "'" + call + "'"));
            }
            if (value.startsWith("resource:")) {
                found.add(Problem.at(
                        file,
                        Nodes.mark(scalar),
                        "'" + value + "' is not allowed in routes: they read no files",
                        "write the text itself"));
            }
        });
        Nodes.eachMapping(item.node(), mapping -> mapping.getValue().forEach(tuple -> key(file, tuple, found::add)));
        return found;
    }

    private static void key(RouteFile file, NodeTuple tuple, Consumer<Problem> found) {
        // As Camel's reader does: bean-type is beanType.
        String key = StringHelper.dashToCamelCase(Nodes.key(tuple));
        if (CLASS_KEYS.contains(key) && !Nodes.text(tuple.getValueNode()).isEmpty()) {
            found.accept(refuse(file, tuple.getKeyNode(), "'" + key + "'"));
        } else if (SCRIPT_KEYS.contains(key)) {
            found.accept(refuse(file, tuple.getKeyNode(), "script '" + key + "'"));
        } else if (key.equals("resultType") || key.equals("unmarshalType")) {
            type(file, tuple.getValueNode(), Nodes.text(tuple.getValueNode()), found);
        } else if (CONVERSIONS.contains(key)) {
            Node type = Nodes.value(tuple.getValueNode(), "type");
            type(file, tuple.getValueNode(), Nodes.text(type), found);
        } else if (key.equals("beans")) {
            // Of a file, a template or a Kamelet.
            for (Node bean : Nodes.children(tuple.getValueNode())) {
                Node type = Nodes.value(bean, "type");
                Matcher named = BEAN_TYPE.matcher(Nodes.text(type));
                if (type != null && !(named.matches() && AllowedClasses.isBean(named.group(1)))) {
                    found.accept(refuse(file, type, "bean type '" + Nodes.text(type) + "'"));
                }
            }
        }
    }

    private static void type(RouteFile file, Node at, String name, Consumer<Problem> found) {
        if (name.contains(".") && !name.contains("{{") && !AllowedClasses.isType(name)) {
            found.accept(refuse(file, at, "class '" + name + "'"));
        }
    }

    /** The first method call of Simple in a text that leads to what runs the program; a look at the text alone. */
    private static @Nullable String refusedCall(String text) {
        Matcher start = FUNCTION.matcher(text);
        while (start.find()) {
            Matcher function = CALLS.matcher(function(text, start.end()).strip());
            if (function.matches()) {
                String calls = function.group(3);
                if (function.group(1) != null && !calls.isEmpty()) {
                    return function.group();
                }
                String wrong = MethodCalls.refusedIn(calls, function.group(2) != null);
                if (wrong != null) {
                    return wrong;
                }
            }
        }
        return null;
    }

    /** The text of a function from behind its brace to the brace that closes it; {@code _} for functions in it. */
    private static String function(String text, int from) {
        StringBuilder function = new StringBuilder();
        int depth = 1;
        for (int i = from; i < text.length() && depth > 0; i++) {
            char c = text.charAt(i);
            if (c == '{') {
                depth++;
            } else if (c == '}') {
                depth--;
            } else if (depth == 1) {
                function.append(c == '$' ? '_' : c);
            }
        }
        return function.toString();
    }

    private static Problem refuse(RouteFile file, Node at, String what) {
        return Problem.at(
                file,
                Nodes.mark(at),
                what + " is not allowed in routes",
                "name a bean of Caravan, see routes/README.md");
    }
}
