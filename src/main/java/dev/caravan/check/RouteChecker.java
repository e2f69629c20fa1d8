package dev.caravan.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.model.ModelCamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with files by building their routes in a context that is thrown away: steps, endpoints
 * and their options, expressions, beans, placeholders. Nothing is started. Used by one thread at a time.
 */
public final class RouteChecker {

    private final Supplier<? extends CamelContext> contexts;
    private @Nullable Vocabulary vocabulary;

    /** @param contexts makes contexts, not started, in which all that routes may name is found and that reach nothing */
    public RouteChecker(Supplier<? extends CamelContext> contexts) {
        this.contexts = contexts;
    }

    /**
     * Checks files together.
     *
     * @param drafts the files, no route id twice among them
     * @param shared what they may use of others
     * @return for each file's name the draft with all problems of its form and of its meaning
     */
    public Map<String, Draft> check(Collection<Draft> drafts, Map<RouteFile, List<Item>> shared) {
        Map<String, Draft> checked = new TreeMap<>();
        try (CamelContext context = contexts.get()) {
            context.build();
            Findings findings = new Findings(context);
            drafts.forEach(draft -> findings.of(draft.file()).addAll(takenNames(context, draft)));
            for (Map.Entry<RouteFile, List<Item>> other : shared.entrySet()) {
                addIfPossible(context, other.getKey(), other.getValue());
            }
            ModelCamelContext model = (ModelCamelContext) context;
            TrialReading reading = new TrialReading(model, findings, this::vocabulary);
            new TrialBuild(model, drafts, reading, findings).run();
            drafts.forEach(
                    draft -> checked.put(draft.file().name(), draft.with(List.copyOf(findings.of(draft.file())))));
        } catch (Exception e) {
            drafts.forEach(draft -> checked.put(
                    draft.file().name(), draft.with(List.of(Problem.inFile(draft.file(), Syntax.firstLine(e), "")))));
        }
        return checked;
    }

    private static void addIfPossible(CamelContext context, RouteFile file, List<Item> items) {
        try {
            ItemReader.add(context, file, items);
        } catch (Exception e) {
            // Told where that file itself is checked. These miss what they use of it.
            return;
        }
    }

    /** What a failure means that came only when a file's routes were started. */
    public Problem explain(Draft draft, Throwable failure) {
        try (CamelContext context = contexts.get()) {
            Explanation explanation = Explanation.of(failure, context);
            int line = draft.items().isEmpty()
                    ? 0
                    : Nodes.mark(draft.items().get(0).node()).getLine() + 1;
            return new Places(draft.file())
                    .problem(line, explanation.words(), explanation.message(), explanation.hint());
        } catch (Exception e) {
            return Problem.inFile(draft.file(), Syntax.firstLine(failure), "");
        }
    }

    /** What would stand in for something of Caravan's own, and take it away with it when the file is deleted. */
    private static List<Problem> takenNames(CamelContext context, Draft draft) {
        List<Problem> taken = new ArrayList<>();
        for (Item item : draft.shared()) {
            for (String name : item.id().split(",")) {
                boolean isTaken = item.kind() == Item.Kind.BEANS
                        ? context.getRegistry().lookupByName(name) != null
                        : ((ModelCamelContext) context).getRouteTemplateDefinition(name) != null;
                if (isTaken && !name.isEmpty()) {
                    taken.add(new Places(draft.file())
                            .problem(
                                    Nodes.mark(item.node()).getLine() + 1,
                                    List.of(": " + name, name),
                                    "'" + name + "' is Caravan's own",
                                    "give it another name"));
                }
            }
        }
        return taken;
    }

    private Vocabulary vocabulary() {
        if (vocabulary == null) {
            vocabulary = Vocabulary.read();
        }
        return vocabulary;
    }
}
