package dev.caravan.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.snakeyaml.engine.v2.nodes.Node;

/** What is wrong between files although each for itself is right: ids used twice, {@code direct:} calls in a circle. */
public final class Conflicts {

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
                DirectCalls.of(item).forEach((target, node) -> {
                    if (answering.keySet().stream().noneMatch(entrance -> DirectCalls.mayMean(target, entrance))
                            && !target.contains("{")) {
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
                Node from = DirectCalls.from(item);
                String entrance = DirectCalls.entrance(item);
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
            if (!isBlamed.test(caller.file().file().name())) {
                return;
            }
            caller.calls().forEach((target, node) -> {
                if (reached(target, byEntrance).contains(entrance)) {
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
        });
    }

    private Map<String, Caller> byEntrance() {
        Map<String, Caller> byEntrance = new HashMap<>();
        for (Draft draft : files) {
            for (Item item : draft.routes()) {
                String entrance = DirectCalls.entrance(item);
                if (!entrance.isEmpty()) {
                    byEntrance.put(entrance, new Caller(draft, DirectCalls.of(item)));
                }
            }
        }
        return byEntrance;
    }

    /** All that a call leads to, itself among it. */
    private static Set<String> reached(String call, Map<String, Caller> byEntrance) {
        Set<String> reached = new HashSet<>();
        Deque<String> open = new ArrayDeque<>(List.of(call));
        while (!open.isEmpty()) {
            String next = open.pop();
            Caller caller = reached.add(next) ? byEntrance.get(next) : null;
            if (caller != null) {
                open.addAll(caller.calls().keySet());
            }
        }
        return reached;
    }

    private static void add(Map<String, List<Problem>> found, Draft draft, Problem problem) {
        found.computeIfAbsent(draft.file().name(), name -> new ArrayList<>()).add(problem);
    }
}
