package dev.caravan.routetest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** One YAML file as nodes that know their place, and what is wrong with it. For one thread. */
final class YamlDocument {

    private static final LoadSettings ANY = LoadSettings.builder().build();

    /** So that no small file stands for a large one. */
    private static final LoadSettings WITHOUT_ALIASES =
            LoadSettings.builder().setMaxAliasesForCollections(0).build();

    private final String location;
    private final List<String> problems = new ArrayList<>();

    /** @param location how messages name the file */
    YamlDocument(String location) {
        this.location = location;
    }

    /** The outermost node; empty where the text is empty, or is no YAML, which is a problem then. */
    Optional<Node> parse(String text) {
        return parse(text, WITHOUT_ALIASES);
    }

    /** The same for a file that may use all of YAML. */
    Optional<Node> parseAny(String text) {
        return parse(text, ANY);
    }

    private Optional<Node> parse(String text, LoadSettings settings) {
        try {
            return new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException e) {
            problem(e.getProblemMark().orElse(null), String.valueOf(e.getProblem()));
        } catch (YamlEngineException e) {
            problem((Mark) null, String.valueOf(e.getMessage()));
        }
        return Optional.empty();
    }

    void problem(Node at, String sentence) {
        problem(at.getStartMark().orElse(null), sentence);
    }

    void problem(@Nullable Mark mark, String sentence) {
        String place = mark == null ? "" : ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
        problems.add(location + place + ": " + sentence);
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
