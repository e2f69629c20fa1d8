package dev.caravan.routetest;

import java.util.LinkedHashSet;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A route file with what it holds.
 *
 * @param name of the file
 * @param location how messages name it
 * @param shared whether other files may use something of it: a template, a configuration, a bean
 */
record RouteText(String name, String location, String text, Set<String> routeIds, boolean shared) {

    /** @throws TestFileException if the text is no YAML */
    static RouteText of(String name, String location, String text) throws TestFileException {
        YamlDocument document = new YamlDocument(location);
        Node root = document.parseAny(text).orElse(null);
        document.demandNone();
        Set<String> ids = new LinkedHashSet<>();
        boolean shared = false;
        if (root instanceof SequenceNode list) {
            for (Node element : list.getValue()) {
                if (element instanceof MappingNode map) {
                    for (NodeTuple entry : map.getValue()) {
                        shared |= isShared(scalar(entry.getKeyNode()));
                        add(ids, entry);
                    }
                }
            }
        }
        return new RouteText(name, location, text, ids, shared);
    }

    private static boolean isShared(String key) {
        return switch (key) {
            case "route", "from", "templatedRoute", "templated-route", "rest" -> false;
            default -> true;
        };
    }

    private static void add(Set<String> ids, NodeTuple element) {
        String idKey =
                switch (scalar(element.getKeyNode())) {
                    case "route" -> "id";
                    case "templatedRoute", "templated-route" -> "routeId";
                    default -> "";
                };
        if (!idKey.isEmpty() && element.getValueNode() instanceof MappingNode map) {
            for (NodeTuple entry : map.getValue()) {
                String key = scalar(entry.getKeyNode()).replace("route-id", "routeId");
                if (key.equals(idKey) && entry.getValueNode() instanceof ScalarNode id) {
                    ids.add(id.getValue());
                }
            }
        }
    }

    private static String scalar(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }
}
