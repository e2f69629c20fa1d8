package dev.caravan.check;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Copies YAML so that Camel's reader takes each step to stand in the line of its key. The reader takes a map to begin in
 * the line behind its key, which is one too few for {@code - to: {uri: ...}} and too many where a comment is between.
 */
final class KeyLines {

    private final Map<Node, Node> copies = new IdentityHashMap<>();

    private KeyLines() {}

    static Node of(Node node) {
        return new KeyLines().copy(node, line(node));
    }

    /** @param line counted from 0, of the key or the dash that the node belongs to */
    private Node copy(Node node, int line) {
        Node known = copies.get(node);
        if (known == null) {
            known = node;
            if (node instanceof MappingNode mapping) {
                List<NodeTuple> tuples = new ArrayList<>();
                for (NodeTuple tuple : mapping.getValue()) {
                    tuples.add(new NodeTuple(tuple.getKeyNode(), copy(tuple.getValueNode(), line(tuple.getKeyNode()))));
                }
                known = new MappingNode(
                        mapping.getTag(),
                        true,
                        tuples,
                        mapping.getFlowStyle(),
                        behind(mapping, line),
                        mapping.getEndMark());
            } else if (node instanceof SequenceNode sequence) {
                List<Node> children = new ArrayList<>();
                sequence.getValue().forEach(child -> children.add(copy(child, line(child))));
                known = new SequenceNode(
                        sequence.getTag(),
                        true,
                        children,
                        sequence.getFlowStyle(),
                        sequence.getStartMark(),
                        sequence.getEndMark());
            }
            copies.put(node, known);
        }
        return known;
    }

    private static int line(Node node) {
        return Nodes.mark(node).getLine();
    }

    private static Optional<Mark> behind(Node node, int line) {
        Mark mark = Nodes.mark(node);
        return Optional.of(new Mark(
                mark.getName(), mark.getIndex(), line + 1, mark.getColumn(), mark.getBuffer(), mark.getPointer()));
    }
}
