package dev.caravan.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * What a route file says, read without a Camel context. Immutable.
 *
 * @param items in the order of the file; every route among them has an id
 * @param problems what is wrong with the file's form; warnings among them
 */
public record Draft(RouteFile file, List<Item> items, List<Problem> problems) {

    private static final String FORM = "a route file is a list that begins with '- route:'";

    public Draft {
        items = List.copyOf(items);
        problems = List.copyOf(problems);
    }

    /** Reads a file. What is no item is a problem and left out. */
    public static Draft read(RouteFile file) {
        List<Problem> problems = new ArrayList<>();
        List<Item> items = new ArrayList<>();
        Optional<Node> root = YamlText.parse(file, problems);
        if (root.isEmpty() && problems.isEmpty()) {
            problems.add(Problem.inFile(file, "is empty", "delete the file to take its routes away"));
        } else if (root.isPresent()) {
            if (file.isKamelet()) {
                readKamelet(file, root.get(), items, problems);
            } else if (root.get() instanceof SequenceNode list) {
                list.getValue().forEach(node -> readItem(file, node, items, problems));
                if (list.getValue().isEmpty()) {
                    problems.add(Problem.inFile(file, "has no route", FORM));
                }
            } else {
                problems.add(Problem.at(
                        file,
                        Nodes.mark(root.get()),
                        "is no list",
                        Nodes.text(Nodes.value(root.get(), "kind")).equals("Kamelet")
                                ? "the name of a Kamelet's file ends with " + RouteFile.KAMELET_SUFFIX
                                : FORM));
            }
        }
        return new Draft(file, items, problems);
    }

    private static void readKamelet(RouteFile file, Node root, List<Item> items, List<Problem> problems) {
        Node metadata = Nodes.value(root, "metadata");
        String name = Nodes.text(Nodes.value(metadata, "name"));
        boolean hasTemplate = Nodes.value(Nodes.value(root, "spec"), "template") != null;
        if (name.isEmpty() || !hasTemplate) {
            problems.add(Problem.at(
                    file, Nodes.mark(root), "is no Kamelet", "it needs 'metadata: name:' and 'spec: template:'"));
        } else {
            items.add(new Item(Item.Kind.KAMELET, name, root, Nodes.meaning(root)));
        }
    }

    private static void readItem(RouteFile file, Node node, List<Item> items, List<Problem> problems) {
        List<NodeTuple> tuples = Nodes.tuples(node);
        if (tuples.size() != 1) {
            problems.add(Problem.at(
                    file,
                    Nodes.mark(node),
                    tuples.isEmpty()
                            ? "is no item of a route file: '" + Nodes.text(node) + "'"
                            : "an item has one key, here are " + tuples.size() + ": "
                                    + String.join(
                                            ", ",
                                            tuples.stream().map(Nodes::key).toList()),
                    tuples.isEmpty() ? FORM : "indent what belongs to '" + Nodes.key(tuples.get(0)) + "' under it"));
            return;
        }
        String key = Nodes.key(tuples.get(0));
        Item.Kind kind = Item.Kind.of(key);
        if (kind == Item.Kind.SCOPE && key.startsWith("rest")) {
            problems.add(Problem.at(
                    file,
                    Nodes.mark(node),
                    "'" + key + "' is not supported",
                    "begin a route with 'uri: platform-http:/path' instead"));
            return;
        }
        Node body = tuples.get(0).getValueNode();
        if (kind == Item.Kind.ROUTE && key.equals("from")) {
            body = Nodes.mapping(tuples, node);
        }
        if (kind == Item.Kind.ROUTE && Nodes.value(body, "from") == null) {
            problems.add(Problem.at(
                    file,
                    Nodes.mark(tuples.get(0).getKeyNode()),
                    "the route has no 'from'",
                    "indent 'from:' two spaces deeper than 'route:', with 'uri:' and 'steps:' under it"));
            return;
        }
        if (kind == Item.Kind.ROUTE && !hasUriAndSteps(file, body, problems)) {
            return;
        }
        items.add(item(file, kind, node, body, items, problems));
    }

    private static boolean hasUriAndSteps(RouteFile file, Node route, List<Problem> problems) {
        NodeTuple from = Nodes.tuple(route, "from").orElseThrow();
        Node value = from.getValueNode();
        Node steps = Nodes.value(value, "steps");
        if (Nodes.text(Nodes.value(value, "uri")).isEmpty()
                && Nodes.text(Nodes.value(value, "ref")).isEmpty()) {
            problems.add(Problem.at(
                    file,
                    Nodes.mark(from.getKeyNode()),
                    "'from' has no 'uri'",
                    "say under it where messages come from: 'uri: paho-mqtt5:topic'"));
        } else if (steps == null
                || Nodes.text(steps).isEmpty() && Nodes.children(steps).isEmpty()) {
            problems.add(Problem.at(
                    file,
                    Nodes.mark(from.getKeyNode()),
                    "'from' has no 'steps'",
                    "say under it what happens to a message: 'steps:' and a list"));
        } else {
            return true;
        }
        return false;
    }

    private static Item item(
            RouteFile file, Item.Kind kind, Node node, Node body, List<Item> before, List<Problem> problems) {
        String idKey = kind == Item.Kind.TEMPLATED_ROUTE ? "routeId" : "id";
        String id =
                switch (kind) {
                    case BEANS ->
                        String.join(
                                ",",
                                Nodes.children(body).stream()
                                        .map(bean -> Nodes.text(Nodes.value(bean, "name")))
                                        .filter(name -> !name.isEmpty())
                                        .toList());
                    case SCOPE -> "";
                    default -> Nodes.text(Nodes.value(body, idKey));
                };
        Object meaning = Nodes.meaning(node);
        boolean isRoute = kind == Item.Kind.ROUTE || kind == Item.Kind.TEMPLATED_ROUTE;
        if (!isRoute) {
            return new Item(kind, id, node, meaning);
        }
        Node whole = body;
        if (id.isEmpty()) {
            // Camel would number it across all files, and another after each reload.
            id = before.isEmpty() ? file.stem() : file.stem() + "-" + (before.size() + 1);
            whole = Nodes.with(body, idKey, Nodes.scalar(id, node));
            problems.add(Problem.at(file, Nodes.mark(node), "the route has no id", "it is called '" + id + "'")
                    .asWarning());
        }
        if (kind == Item.Kind.ROUTE && Nodes.value(body, "description") == null) {
            problems.add(Problem.at(
                            file,
                            Nodes.mark(node),
                            "route '" + id + "' has no description",
                            "say in one sentence what it does: 'description: ...'")
                    .asWarning());
        }
        if (isThere(id, before)) {
            problems.add(
                    Problem.at(file, Nodes.mark(node), "has two routes with id '" + id + "'", "give each its own"));
            // So that the rest of both can be looked at.
            id = id + "-" + (before.size() + 1);
            whole = Nodes.with(Nodes.without(whole, key(whole, idKey)), idKey, Nodes.scalar(id, node));
        }
        String key =
                kind == Item.Kind.ROUTE ? "route" : Nodes.key(Nodes.tuples(node).get(0));
        Node named = Nodes.mapping(List.of(new NodeTuple(Nodes.scalar(key, node), whole)), node);
        return new Item(kind, id, named, meaning);
    }

    private static boolean isThere(String id, List<Item> before) {
        return before.stream().anyMatch(item -> item.isRoute() && item.id().equals(id));
    }

    private static Set<Node> key(Node map, String key) {
        return Nodes.tuple(map, key).map(tuple -> Set.of(tuple.getKeyNode())).orElse(Set.of());
    }

    /** Whether the file cannot run. */
    public boolean isBroken() {
        return problems.stream().anyMatch(problem -> !problem.warning());
    }

    /** Whether it has routes, and all of them fill in a template. */
    public boolean isTemplated() {
        return !routes().isEmpty() && routes().stream().allMatch(item -> item.kind() == Item.Kind.TEMPLATED_ROUTE);
    }

    /** Items that run. */
    public List<Item> routes() {
        return items.stream().filter(Item::isRoute).toList();
    }

    /** Items that routes of any file may use. */
    public List<Item> shared() {
        return items.stream().filter(Item::isShared).toList();
    }

    /** Items that hold for every route of this file. */
    public List<Item> scope() {
        return items.stream().filter(item -> item.kind() == Item.Kind.SCOPE).toList();
    }

    /** With further problems. */
    public Draft with(List<Problem> more) {
        List<Problem> all = new ArrayList<>(problems);
        all.addAll(more);
        return new Draft(file, items, all);
    }
}
