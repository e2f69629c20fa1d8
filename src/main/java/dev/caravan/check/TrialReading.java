package dev.caravan.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.camel.model.ModelCamelContext;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Puts items into a context that is thrown away, and finds what keeps Camel from reading them. */
final class TrialReading {

    private static final Pattern OPTIONAL = Pattern.compile("\\{\\{\\?[^{}]*}}");

    private final ModelCamelContext context;
    private final Findings findings;
    private final Supplier<Vocabulary> vocabulary;

    /** Items that were read without what is wrong in them: good for a look at their steps, not to be built. */
    private final Set<String> cut = new HashSet<>();

    /** Where each route and configuration stands. */
    private final Map<String, Origin> origins = new HashMap<>();

    TrialReading(ModelCamelContext context, Findings findings, Supplier<Vocabulary> vocabulary) {
        this.context = context;
        this.findings = findings;
        this.vocabulary = vocabulary;
    }

    /** Where a route or configuration stands, if it is of an item that was read here. */
    @Nullable
    Origin origin(@Nullable String id) {
        return id == null ? null : origins.get(id);
    }

    /** Whether an item was read without a part of it. */
    boolean isCut(String id) {
        return cut.contains(id);
    }

    void read(Draft draft, Item item) {
        Origin origin = Origin.of(draft, item);
        try {
            read(draft, item, origin);
        } catch (RuntimeException e) {
            // One item must not end the look at the others.
            findings.explain(e, origin);
        }
    }

    private void read(Draft draft, Item item, Origin origin) {
        RouteFile file = draft.file();
        Set<Problem> problems = findings.of(file);
        int before = problems.size();
        problems.addAll(Permissions.problems(file, item, this::withValues));
        if (problems.size() > before) {
            // Beans are made when they are read.
            return;
        }
        if (item.kind() != Item.Kind.TEMPLATE && item.kind() != Item.Kind.KAMELET) {
            problems.addAll(new PlaceholderCheck(context).problems(file, item));
        }
        if (item.isRoute() || item.kind() == Item.Kind.CONFIGURATION) {
            origins.put(item.id(), origin);
        }
        try {
            add(draft, item);
        } catch (Exception e) {
            readRest(draft, item, e);
        }
    }

    /** What holds for the file's routes counts only together with them. */
    private void add(Draft draft, Item item) throws Exception {
        List<Item> items = new ArrayList<>(item.isRoute() ? draft.scope() : List.of());
        items.add(item);
        ItemReader.add(context, draft.file(), items);
    }

    /** Camel's reader stops at the first mistake: it gets the item once more without those that are known. */
    private void readRest(Draft draft, Item item, Exception first) {
        // The schema is of route files.
        List<Vocabulary.Finding> mistakes =
                item.kind() == Item.Kind.KAMELET ? List.of() : vocabulary.get().findings(draft.file(), item);
        if (mistakes.isEmpty()) {
            MarkedYamlEngineException marked = marked(first);
            if (marked == null) {
                findings.explain(first, Origin.of(draft, item));
            } else {
                findings.of(draft.file()).add(Syntax.problem(draft.file(), marked, place(item.node(), marked)));
            }
            return;
        }
        Set<Node> unwanted = new HashSet<>();
        for (Vocabulary.Finding finding : mistakes) {
            findings.of(draft.file()).add(finding.problem());
            unwanted.add(finding.node());
        }
        cut.add(item.id());
        try {
            add(draft, new Item(item.kind(), item.id(), Nodes.without(item.node(), unwanted), item.meaning()));
        } catch (Exception e) {
            // What is wrong with the rest may come of what was taken out.
            return;
        }
    }

    private String withValues(String text) {
        try {
            String value = context.resolvePropertyPlaceholders(text);
            // Null for '{{?key}}' without a setting.
            return value == null
                    ? context.resolvePropertyPlaceholders(OPTIONAL.matcher(text).replaceAll(""))
                    : value;
        } catch (RuntimeException e) {
            // A parameter of a template, or a placeholder that no setting answers: told elsewhere.
            return text;
        }
    }

    /** The mark of the item's own node, as the reader gets a copy with other lines. */
    private static @Nullable Mark place(Node node, MarkedYamlEngineException failure) {
        Mark there = failure.getProblemMark().orElse(null);
        Mark own = node.getStartMark().orElse(null);
        if (there == null || own != null && own.getIndex() == there.getIndex() && !(node instanceof SequenceNode)) {
            return own;
        }
        for (Node child : Nodes.children(node)) {
            Mark found = place(child, failure);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable MarkedYamlEngineException marked(Throwable failure) {
        MarkedYamlEngineException marked = null;
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            marked = t instanceof MarkedYamlEngineException e
                            && e.getProblemMark().isPresent()
                    ? e
                    : marked;
        }
        return marked;
    }
}
