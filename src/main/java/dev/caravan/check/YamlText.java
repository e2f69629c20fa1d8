package dev.caravan.check;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Turns a file's text into YAML nodes, within bounds that no honest route file meets: a file is often a mistake (a log
 * copied to the wrong place) and must not take the program down, which Camel's own reader lets it.
 */
public final class YamlText {

    private static final int MOST_CHARACTERS = 1 << 20;
    private static final int DEEPEST = 100;
    private static final int MOST_NODES = 100_000;

    private YamlText() {}

    /**
     * Parses a file.
     *
     * @param problems gets what is wrong
     * @return the one document; empty where there is none, or with a problem
     */
    public static Optional<Node> parse(RouteFile file, List<Problem> problems) {
        String text = file.text();
        if (text.length() > MOST_CHARACTERS) {
            problems.add(Problem.inFile(
                    file,
                    "is larger than such a file can be: " + text.length() + " characters, the limit is "
                            + MOST_CHARACTERS,
                    "is it a log file?"));
            return Optional.empty();
        }
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.location())
                // Both are found below, with their place.
                .setAllowNonScalarKeys(true)
                .setMaxAliasesForCollections(Integer.MAX_VALUE)
                .build();
        try {
            int deepest = demandShallow(file, text, settings, problems);
            if (deepest > DEEPEST) {
                return Optional.empty();
            }
            Optional<Node> root =
                    new Composer(settings, new ParserImpl(settings, new StreamReader(settings, text))).getSingleNode();
            if (root.isEmpty() || text.isBlank()) {
                return Optional.empty();
            }
            return check(file, root.get(), problems) ? root : Optional.empty();
        } catch (MarkedYamlEngineException e) {
            problems.add(Syntax.problem(file, e));
        } catch (YamlEngineException e) {
            problems.add(Syntax.unmarked(file, e));
        }
        return Optional.empty();
    }

    /** Before the tree is made, as that needs a call for each level. */
    private static int demandShallow(RouteFile file, String text, LoadSettings settings, List<Problem> problems) {
        ParserImpl events = new ParserImpl(settings, new StreamReader(settings, text));
        int depth = 0;
        while (events.hasNext()) {
            Event event = events.next();
            switch (event.getEventId()) {
                case SequenceStart, MappingStart -> depth++;
                case SequenceEnd, MappingEnd -> depth--;
                default -> {}
            }
            if (depth > DEEPEST) {
                problems.add(Problem.at(
                        file, event.getStartMark().orElseThrow(), "is nested deeper than " + DEEPEST + " levels", ""));
                return depth;
            }
        }
        return 0;
    }

    private static boolean check(RouteFile file, Node root, List<Problem> problems) {
        if (size(root, new IdentityHashMap<>(), new HashSet<>()) > MOST_NODES) {
            problems.add(Problem.inFile(
                    file,
                    "has aliases (*name) that make more than " + MOST_NODES + " nodes of it, or refer to themselves",
                    "write the text out"));
            return false;
        }
        int before = problems.size();
        Nodes.eachMapping(root, mapping -> demandWordsOnceAsKeys(file, mapping, problems));
        return problems.size() == before;
    }

    private static void demandWordsOnceAsKeys(RouteFile file, MappingNode mapping, List<Problem> problems) {
        Set<String> keys = new HashSet<>();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode)) {
                problems.add(Problem.at(
                        file,
                        Nodes.mark(tuple.getKeyNode()),
                        "has a map or a list where a word must be",
                        "a value that begins with {{ needs quotes: \"{{key}}\""));
            } else if (!keys.add(Nodes.key(tuple))) {
                problems.add(Problem.at(
                        file,
                        Nodes.mark(tuple.getKeyNode()),
                        "key '" + Nodes.key(tuple) + "' is there twice",
                        "delete one of them"));
            }
        }
    }

    /** How many nodes there are when every alias is followed; more than the limit for a cycle. */
    private static long size(Node node, Map<Node, Long> known, Set<Node> open) {
        Long counted = known.get(node);
        if (counted != null) {
            return counted;
        }
        if (!open.add(node)) {
            return MOST_NODES + 1L;
        }
        long size = 1;
        for (Node child : Nodes.children(node)) {
            size = Math.min(MOST_NODES + 1L, size + size(child, known, open));
        }
        open.remove(node);
        known.put(node, size);
        return size;
    }
}
