package dev.caravan.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.camel.util.StringHelper;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reading and making YAML nodes. The trees have no cycles: {@link YamlText} refuses them. */
final class Nodes {

    private Nodes() {}

    static Mark mark(Node node) {
        return node.getStartMark().orElseThrow();
    }

    /** A scalar's text; empty for anything else. */
    static String text(@Nullable Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    static String key(NodeTuple tuple) {
        return text(tuple.getKeyNode());
    }

    static List<NodeTuple> tuples(@Nullable Node node) {
        return node instanceof MappingNode mapping ? mapping.getValue() : List.of();
    }

    /** Camel knows {@code routeId} and {@code route-id}. */
    static String camelCase(String key) {
        return key.indexOf('-') < 0 ? key : StringHelper.dashToCamelCase(key);
    }

    /** The entry of a key, in either spelling. */
    static Optional<NodeTuple> tuple(@Nullable Node node, String key) {
        return tuples(node).stream().filter(t -> camelCase(key(t)).equals(key)).findFirst();
    }

    static @Nullable Node value(@Nullable Node node, String key) {
        return tuple(node, key).map(NodeTuple::getValueNode).orElse(null);
    }

    static List<Node> children(Node node) {
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        List<Node> children = new ArrayList<>();
        for (NodeTuple tuple : tuples(node)) {
            children.add(tuple.getKeyNode());
            children.add(tuple.getValueNode());
        }
        return children;
    }

    static void eachScalar(Node node, Consumer<ScalarNode> visitor) {
        if (node instanceof ScalarNode scalar) {
            visitor.accept(scalar);
        }
        children(node).forEach(child -> eachScalar(child, visitor));
    }

    static void eachMapping(Node node, Consumer<MappingNode> visitor) {
        if (node instanceof MappingNode mapping) {
            visitor.accept(mapping);
        }
        children(node).forEach(child -> eachMapping(child, visitor));
    }

    /** What the node means, without its place in the file: two nodes that say the same are equal. */
    static Object meaning(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getTag() + " " + scalar.getValue();
        }
        if (node instanceof SequenceNode sequence) {
            return sequence.getValue().stream().map(Nodes::meaning).toList();
        }
        Map<Object, Object> map = new LinkedHashMap<>();
        tuples(node).forEach(tuple -> map.put(meaning(tuple.getKeyNode()), meaning(tuple.getValueNode())));
        // As a list: the order of keys may have a meaning.
        return List.copyOf(map.entrySet());
    }

    /** A mapping at the place of another, with one entry more in front. */
    static MappingNode with(Node node, String key, Node value) {
        List<NodeTuple> tuples = new ArrayList<>();
        tuples.add(new NodeTuple(scalar(key, node), value));
        tuples.addAll(tuples(node));
        return mapping(tuples, node);
    }

    /** A copy without some keys and values, and without list entries that are empty for it. */
    static Node without(Node node, Set<Node> unwanted) {
        if (node instanceof SequenceNode sequence) {
            List<Node> kept = new ArrayList<>();
            for (Node child : sequence.getValue()) {
                Node copy = without(child, unwanted);
                boolean emptied = tuples(copy).isEmpty() && !tuples(child).isEmpty();
                if (!unwanted.contains(child) && !emptied) {
                    kept.add(copy);
                }
            }
            return sequence(kept, node);
        }
        if (node instanceof MappingNode) {
            List<NodeTuple> kept = new ArrayList<>();
            for (NodeTuple tuple : tuples(node)) {
                if (!unwanted.contains(tuple.getKeyNode()) && !unwanted.contains(tuple.getValueNode())) {
                    kept.add(new NodeTuple(tuple.getKeyNode(), without(tuple.getValueNode(), unwanted)));
                }
            }
            return mapping(kept, node);
        }
        return node;
    }

    static MappingNode mapping(List<NodeTuple> tuples, Node at) {
        return new MappingNode(Tag.MAP, true, tuples, FlowStyle.BLOCK, at.getStartMark(), at.getEndMark());
    }

    static ScalarNode scalar(String text, Node at) {
        return new ScalarNode(Tag.STR, true, text, ScalarStyle.PLAIN, at.getStartMark(), at.getEndMark());
    }

    static SequenceNode sequence(List<Node> nodes, Node at) {
        return new SequenceNode(Tag.SEQ, true, nodes, FlowStyle.BLOCK, at.getStartMark(), at.getEndMark());
    }
}
