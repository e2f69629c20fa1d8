package dev.caravan.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** What is wrong between files although each for itself is right: ids used twice, {@code direct:} calls in a circle. */
public final class Conflicts {

    private static final String DIRECT = "direct:";

    private final Collection<Draft> files;

    /** @param files all that are to run together */
    public Conflicts(Collection<Draft> files) {
        this.files = files;
    }

    /** A route, with where its {@code direct:} calls stand. */
    private record Caller(Draft file, Map<String, Node> calls) {}

    /**
     * Finds them.
     *
     * @param isBlamed by file name, which of two files is the one that may be at fault; the others run already
     * @return problems by file name, of such files only
     */
    public Map<String, List<Problem>> find(Predicate<String> isBlamed) {
        Map<String, List<Problem>> found = new TreeMap<>();
        findTwice(isBlamed, found);
        findEntrancesTwice(isBlamed, found);
        findCircles(isBlamed, found);
        return found;
    }

    /** Warnings: {@code direct:} calls of routes that are in no file. */
    public List<Problem> unanswered() {
        Map<String, Caller> answering = byEntrance();
        List<Problem> found = new ArrayList<>();
        for (Draft draft : files) {
            for (Item item : draft.routes()) {
                calls(item).forEach((target, node) -> {
                    if (!answering.containsKey(target) && !target.contains("{")) {
                        found.add(Problem.at(
                                        draft.file(),
                                        Nodes.mark(node),
                                        "no route begins with '" + target + "'",
                                        Suggestion.of(target, answering.keySet()))
                                .asWarning());
                    }
                });
            }
        }
        return found;
    }

    private void findTwice(Predicate<String> isBlamed, Map<String, List<Problem>> found) {
        Map<String, Draft> owners = new HashMap<>();
        for (Draft draft : innocentFirst(isBlamed)) {
            for (Item item : draft.items()) {
                for (String id : item.id().split(",")) {
                    String what = word(item) + " '" + id + "'";
                    Draft owner = id.isEmpty() ? null : owners.putIfAbsent(what, draft);
                    if (owner != null && owner != draft) {
                        add(
                                found,
                                draft,
                                new Places(draft.file())
                                        .problem(
                                                Nodes.mark(item.node()).getLine() + 1,
                                                List.of("d: " + id, id),
                                                what + " is in " + owner.file().name() + " too",
                                                "give each its own id"));
                    }
                }
            }
        }
    }

    /** Camel would find out when the second route is started, and a message has one way only. */
    private void findEntrancesTwice(Predicate<String> isBlamed, Map<String, List<Problem>> found) {
        Map<String, Draft> owners = new HashMap<>();
        for (Draft draft : innocentFirst(isBlamed)) {
            for (Item item : draft.routes()) {
                Node from = from(item);
                String entrance = from == null ? "" : direct(uri(from));
                Draft owner = from == null || entrance.isEmpty() ? null : owners.putIfAbsent(entrance, draft);
                if (from != null && owner != null) {
                    Node uri = Nodes.value(from, "uri");
                    add(
                            found,
                            draft,
                            Problem.at(
                                    draft.file(),
                                    Nodes.mark(uri == null ? from : uri),
                                    "another route begins with " + entrance + " too, in "
                                            + owner.file().name(),
                                    "give each its own name"));
                }
            }
        }
    }

    private List<Draft> innocentFirst(Predicate<String> isBlamed) {
        List<Draft> innocentFirst = new ArrayList<>(files);
        innocentFirst.sort((a, b) -> Boolean.compare(
                isBlamed.test(a.file().name()), isBlamed.test(b.file().name())));
        return innocentFirst;
    }

    private static @Nullable Node from(Item item) {
        return Nodes.value(Nodes.tuples(item.node()).get(0).getValueNode(), "from");
    }

    private static String word(Item item) {
        return switch (item.kind()) {
            case ROUTE, TEMPLATED_ROUTE -> "route";
            case TEMPLATE, KAMELET -> "template";
            case CONFIGURATION -> "routeConfiguration";
            case BEANS -> "bean";
            case SCOPE -> "";
        };
    }

    private void findCircles(Predicate<String> isBlamed, Map<String, List<Problem>> found) {
        Map<String, Caller> byEntrance = byEntrance();
        byEntrance.forEach((entrance, caller) -> {
            Set<String> circle = new LinkedHashSet<>();
            if (isBlamed.test(caller.file().file().name()) && reaches(entrance, entrance, byEntrance, circle)) {
                caller.calls().forEach((target, node) -> {
                    if (circle.contains(target) || target.equals(entrance)) {
                        add(
                                found,
                                caller.file(),
                                Problem.at(
                                        caller.file().file(),
                                        Nodes.mark(node),
                                        "calls itself for ever: " + entrance + " -> " + target
                                                + (target.equals(entrance) ? "" : " -> ... -> " + entrance),
                                        ""));
                    }
                });
            }
        });
    }

    private Map<String, Caller> byEntrance() {
        Map<String, Caller> byEntrance = new HashMap<>();
        for (Draft draft : files) {
            for (Item item : draft.routes()) {
                Node from = from(item);
                String entrance = from == null ? "" : direct(uri(from));
                if (!entrance.isEmpty()) {
                    byEntrance.put(entrance, new Caller(draft, calls(item)));
                }
            }
        }
        return byEntrance;
    }

    private static boolean reaches(String goal, String entrance, Map<String, Caller> byEntrance, Set<String> onTheWay) {
        Caller caller = byEntrance.get(entrance);
        boolean reached = false;
        if (caller != null) {
            for (String target : caller.calls().keySet()) {
                if (target.equals(goal)) {
                    reached = true;
                } else if (onTheWay.add(target)) {
                    if (reaches(goal, target, byEntrance, onTheWay)) {
                        reached = true;
                    } else {
                        onTheWay.remove(target);
                    }
                }
            }
        }
        return reached;
    }

    private static Map<String, Node> calls(Item item) {
        Map<String, Node> calls = new TreeMap<>();
        Node from = from(item);
        Node entrance = Nodes.value(from, "uri");
        Nodes.eachScalar(item.node(), scalar -> {
            String target = direct(scalar.getValue());
            if (scalar != entrance && scalar != from && !target.isEmpty()) {
                calls.putIfAbsent(target, scalar);
            }
        });
        return calls;
    }

    private static String uri(Node from) {
        String uri = Nodes.text(Nodes.value(from, "uri"));
        return uri.isEmpty() ? Nodes.text(from) : uri;
    }

    /** {@code direct:name} without options, or empty for anything else. */
    private static String direct(String uri) {
        return uri.startsWith(DIRECT) && !uri.contains("$")
                ? uri.replaceFirst("\\?.*", "").replaceFirst("^direct:/*", DIRECT)
                : "";
    }

    private static void add(Map<String, List<Problem>> found, Draft draft, Problem problem) {
        found.computeIfAbsent(draft.file().name(), name -> new ArrayList<>()).add(problem);
    }
}
