package dev.caravan.check;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Which {@code direct:} address a route begins with, and which it calls; read only where an address stands. */
final class DirectCalls {

    private static final String DIRECT = "direct:";
    private static final Set<String> ADDRESSES = Set.of("uri", "to", "toD", "wireTap", "poll", "deadLetterUri");

    /** Steps whose expression makes addresses. */
    private static final Set<String> MAKERS =
            Set.of("enrich", "pollEnrich", "recipientList", "routingSlip", "dynamicRouter");

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{[^{}]*}}");

    private DirectCalls() {}

    static @Nullable Node from(Item item) {
        return Nodes.value(Nodes.tuples(item.node()).get(0).getValueNode(), "from");
    }

    /** What a route begins with, {@code direct:name} without options; empty for anything else. */
    static String entrance(Item item) {
        Node from = from(item);
        return from == null ? "" : address(from);
    }

    /** Addresses that a route calls, with where each stands first. */
    static Map<String, Node> of(Item item) {
        Map<String, Node> calls = new TreeMap<>();
        Node from = from(item);
        // The address of 'from' itself is no call.
        Nodes.eachMapping(item.node(), mapping -> {
            if (mapping != from) {
                mapping.getValue().forEach(tuple -> collect(tuple, mapping, calls));
            }
        });
        return calls;
    }

    /** Whether a call may mean an entrance: a placeholder in either may stand for anything. */
    static boolean mayMean(String call, String entrance) {
        return matches(entrance, call) || matches(call, entrance);
    }

    private static boolean matches(String pattern, String address) {
        StringBuilder regex = new StringBuilder();
        for (String part : PLACEHOLDER.split(pattern, -1)) {
            regex.append(regex.isEmpty() ? "" : ".*").append(Pattern.quote(part));
        }
        return address.matches(regex.toString());
    }

    private static void collect(NodeTuple tuple, Node mapping, Map<String, Node> calls) {
        String key = Nodes.camelCase(Nodes.key(tuple));
        Node value = tuple.getValueNode();
        if (key.equals("uri")) {
            add(address(mapping), value, calls);
        } else if (ADDRESSES.contains(key)) {
            add(direct(Nodes.text(value)), value, calls);
        } else if (MAKERS.contains(key) && !(value instanceof SequenceNode)) {
            Nodes.eachScalar(value, scalar -> {
                for (String address : scalar.getValue().split(",", -1)) {
                    add(direct(address.strip()), scalar, calls);
                }
            });
        }
    }

    private static void add(String address, Node node, Map<String, Node> calls) {
        if (!address.isEmpty()) {
            calls.putIfAbsent(address, node);
        }
    }

    /** Of a text, or of a map with {@code uri}, whose name may be among its parameters. */
    private static String address(Node step) {
        String uri = Nodes.text(step) + Nodes.text(Nodes.value(step, "uri"));
        String name = Nodes.text(Nodes.value(Nodes.value(step, "parameters"), "name"));
        return direct(uri.equals("direct") && !name.isEmpty() ? DIRECT + name : uri);
    }

    private static String direct(String uri) {
        return uri.startsWith(DIRECT) && !uri.contains("$")
                ? uri.replaceFirst("\\?(?!\\s*[\\w.-]+(:[^{}]*)?}}).*", "").replaceFirst("^direct:/*", DIRECT)
                : "";
    }
}
