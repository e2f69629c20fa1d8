package dev.caravan.check;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.support.PatternHelper;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * One entry of a route file's list, or the whole of a Kamelet's file.
 *
 * @param kind what it is
 * @param id of the route, configuration, template or Kamelet; the names of beans joined by commas; empty for the rest
 * @param node its YAML, in which every route has an id
 * @param meaning equal for items that say the same, wherever they stand
 */
public record Item(Kind kind, String id, Node node, Object meaning) {

    /** What an item is. */
    public enum Kind {
        ROUTE,
        /** A route that is made from a template. */
        TEMPLATED_ROUTE,
        TEMPLATE,
        KAMELET,
        CONFIGURATION,
        BEANS,
        /** Holds for every route of its file, such as {@code onException}. */
        SCOPE;

        private static final Map<String, Kind> BY_KEY = Map.of(
                "route", ROUTE,
                "from", ROUTE,
                "templatedRoute", TEMPLATED_ROUTE,
                "routeTemplate", TEMPLATE,
                "routeConfiguration", CONFIGURATION,
                "beans", BEANS);

        /** By the key of the item, which Camel knows in this spelling only. */
        static Kind of(String key) {
            return BY_KEY.getOrDefault(key, SCOPE);
        }
    }

    /** Whether it is a route that runs. */
    public boolean isRoute() {
        return kind == Kind.ROUTE || kind == Kind.TEMPLATED_ROUTE;
    }

    /** Whether routes of other files may use it. */
    public boolean isShared() {
        return !isRoute() && kind != Kind.SCOPE;
    }

    /** Whether a route is called by others rather than by a message from outside. */
    public boolean beginsInside() {
        return beginsWith("direct:") || beginsWith("seda:");
    }

    /** Whether the address in a route's {@code from} begins so. */
    public boolean beginsWith(String uri) {
        Node from = Nodes.value(Nodes.tuples(node).get(0).getValueNode(), "from");
        return from != null && (Nodes.text(Nodes.value(from, "uri")) + Nodes.text(from)).startsWith(uri);
    }

    /** Whether a name stands anywhere in it. */
    public boolean mentions(String name) {
        boolean[] found = new boolean[1];
        Nodes.eachScalar(node, scalar -> found[0] |= mentions(scalar.getValue(), name));
        return found[0];
    }

    /** Whether a route uses a shared item; at times also where it only names it otherwise, never the other way round. */
    public boolean uses(Item shared) {
        if (shared.kind == Kind.CONFIGURATION) {
            return shared.id.isEmpty()
                    || configurations().stream().anyMatch(wanted -> PatternHelper.matchPattern(shared.id, wanted))
                    || (isShared() && mentionsAny(shared));
        }
        return mentionsAny(shared);
    }

    /** What a route names as {@code routeConfigurationId}: ids, or patterns such as {@code base*}. */
    List<String> configurations() {
        String all = body("routeConfigurationId").orElse("");
        return all.isEmpty()
                ? List.of()
                : Arrays.stream(all.split(",")).map(String::strip).toList();
    }

    /** The entries under {@code parameters} of a route that is made from a template. */
    List<Node> parameters() {
        Node list = Nodes.value(Nodes.tuples(node).get(0).getValueNode(), "parameters");
        return list instanceof SequenceNode ? Nodes.children(list) : List.of();
    }

    private boolean mentionsAny(Item shared) {
        return Arrays.stream(shared.id.split(",")).anyMatch(this::mentions);
    }

    private static boolean mentions(String text, String name) {
        int at = text.indexOf(name);
        while (at >= 0 && !name.isEmpty()) {
            int end = at + name.length();
            boolean whole = (at == 0 || !isNamePart(text.charAt(at - 1)))
                    && (end == text.length() || !isNamePart(text.charAt(end)));
            if (whole) {
                return true;
            }
            at = text.indexOf(name, at + 1);
        }
        return false;
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-';
    }

    /** A scalar directly below the item's key. */
    Optional<String> body(String key) {
        return Nodes.tuples(node).stream()
                .findFirst()
                .flatMap(tuple -> Nodes.tuple(tuple.getValueNode(), key))
                .map(tuple -> Nodes.text(tuple.getValueNode()));
    }
}
