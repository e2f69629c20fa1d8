package dev.caravan.bridge;

import dev.caravan.bridge.TopicLine.Retain;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads topic lines that stand as a YAML list of strings and maps. */
final class TopicLineList {

    private TopicLineList() {}

    static List<TopicLine> parse(String text) {
        Node root;
        try {
            root = new Compose(
                            LoadSettings.builder().setAllowNonScalarKeys(true).build())
                    .composeString(text)
                    .orElseThrow();
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().orElse(null);
            throw new TopicLineException(mark == null ? 1 : mark.getLine() + 1, "no valid YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            throw new TopicLineException(1, "no valid YAML: " + e.getMessage());
        }
        if (!(root instanceof SequenceNode list)) {
            throw new TopicLineException(line(root), "must be a list");
        }
        List<TopicLine> lines = new ArrayList<>();
        for (Node item : list.getValue()) {
            lines.add(item(item));
        }
        return lines;
    }

    /** The line a node begins in, from 1. */
    static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private static TopicLine item(Node item) {
        if (item instanceof ScalarNode scalar) {
            return MosquittoLine.parse(line(item), scalar.getValue(), Retain.KEEP, List.of());
        }
        if (item instanceof MappingNode map) {
            return new TopicLineMap(map).parse();
        }
        throw new TopicLineException(line(item), "a list item must be a topic line or a map");
    }
}
