package dev.caravan.routetest;

import dev.caravan.check.Problem;
import dev.caravan.check.RouteFile;
import dev.caravan.check.YamlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** One YAML file as nodes that know their place, and what is wrong with it. For one thread. */
final class YamlDocument {

    private final String location;
    private final List<Problem> problems = new ArrayList<>();

    /** @param location how messages name the file */
    YamlDocument(String location) {
        this.location = location;
    }

    /** The outermost node; empty where the text is empty, or is no YAML, which is a problem then. */
    Optional<Node> parse(String text) {
        return YamlText.parse(new RouteFile(location, location, text), problems);
    }

    void problem(Node at, String sentence) {
        problem(at.getStartMark().orElse(null), sentence);
    }

    void problem(@Nullable Mark mark, String sentence) {
        int line = mark == null ? 0 : mark.getLine() + 1;
        int column = mark == null ? 0 : mark.getColumn() + 1;
        problems.add(new Problem(location, line, column, false, sentence, ""));
    }

    /** @throws TestFileException if there are problems */
    void demandNone() throws TestFileException {
        if (!problems.isEmpty()) {
            throw new TestFileException(problems);
        }
    }

    static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    /** The elements of a list; of anything else, itself. */
    static List<Node> oneOrMore(Node node) {
        return node instanceof SequenceNode list ? list.getValue() : List.of(node);
    }

    /** A kind of node in words. */
    static String kind(Node node) {
        return node instanceof MappingNode ? "a map" : node instanceof SequenceNode ? "a list" : "a text";
    }
}
