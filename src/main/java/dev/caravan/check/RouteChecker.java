package dev.caravan.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.RouteTemplateContext;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

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
        Map<String, Set<Problem>> found = new HashMap<>();
        try (CamelContext context = contexts.get()) {
            context.build();
            for (Map.Entry<RouteFile, List<Item>> other : shared.entrySet()) {
                ItemReader.add(context, other.getKey(), other.getValue());
            }
            new Build((ModelCamelContext) context, drafts, found).run();
        } catch (Exception e) {
            drafts.forEach(
                    draft -> problems(found, draft.file()).add(Problem.inFile(draft.file(), Syntax.firstLine(e), "")));
        }
        Map<String, Draft> checked = new TreeMap<>();
        drafts.forEach(
                draft -> checked.put(draft.file().name(), draft.with(List.copyOf(problems(found, draft.file())))));
        return checked;
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

    private static Set<Problem> problems(Map<String, Set<Problem>> found, RouteFile file) {
        return found.computeIfAbsent(file.name(), name -> new TreeSet<>(Problem.ORDER));
    }

    private Vocabulary vocabulary() {
        if (vocabulary == null) {
            vocabulary = Vocabulary.read();
        }
        return vocabulary;
    }

    /** Some files in one context. */
    private final class Build {

        private final ModelCamelContext context;
        private final Collection<Draft> drafts;
        private final Map<String, Set<Problem>> found;

        /** Items that were read without what is wrong in them: good for a look at their steps, not to be built. */
        private final Set<String> cut = new HashSet<>();

        /** Where each route and configuration stands. */
        private final Map<String, Origin> origins = new HashMap<>();

        Build(ModelCamelContext context, Collection<Draft> drafts, Map<String, Set<Problem>> found) {
            this.context = context;
            this.drafts = drafts;
            this.found = found;
        }

        void run() {
            drafts.forEach(draft -> draft.shared().forEach(item -> read(draft, item)));
            drafts.forEach(draft -> draft.scope().forEach(item -> read(draft, item)));
            drafts.forEach(draft -> draft.routes().forEach(item -> read(draft, item)));
            for (RouteDefinition route : List.copyOf(context.getRouteDefinitions())) {
                Origin origin = origins.get(String.valueOf(route.getRouteId()));
                if (origin != null) {
                    walk(route, origin);
                }
            }
            tryConfigurations();
            try {
                context.init();
            } catch (Exception e) {
                FailedToCreateRouteException failed = failed(e);
                Origin origin = failed == null ? null : origins.get(String.valueOf(failed.getRouteId()));
                if (origin == null) {
                    drafts.forEach(draft -> explain(e, new Origin(draft.file(), 0)));
                } else {
                    explain(e, origin);
                }
            }
        }

        private Set<Problem> problems(RouteFile file) {
            return RouteChecker.problems(found, file);
        }

        private void read(Draft draft, Item item) {
            RouteFile file = draft.file();
            Set<Problem> problems = problems(file);
            int before = problems.size();
            problems.addAll(Permissions.problems(file, item));
            if (problems.size() > before) {
                // Beans are made when they are read.
                return;
            }
            if (item.kind() != Item.Kind.TEMPLATE && item.kind() != Item.Kind.KAMELET) {
                problems.addAll(new PlaceholderCheck(context).problems(file, item));
            }
            Origin origin = new Origin(file, Nodes.mark(item.node()).getLine() + 1);
            if (item.isRoute() || item.kind() == Item.Kind.CONFIGURATION) {
                origins.put(item.id(), origin);
            }
            try {
                add(draft, item);
            } catch (Exception e) {
                MarkedYamlEngineException marked = marked(e);
                if (marked == null) {
                    explain(e, origin);
                } else {
                    readRest(draft, item, marked);
                }
            }
        }

        /** What holds for the file's routes counts only together with them. */
        private void add(Draft draft, Item item) throws Exception {
            List<Item> items = new ArrayList<>(item.isRoute() ? draft.scope() : List.of());
            items.add(item);
            ItemReader.add(context, draft.file(), items);
        }

        /** Camel's reader stops at the first mistake: it gets the item once more without those that are known. */
        private void readRest(Draft draft, Item item, MarkedYamlEngineException first) {
            List<Vocabulary.Finding> findings = vocabulary().findings(draft.file(), item);
            if (findings.isEmpty()) {
                problems(draft.file()).add(Syntax.problem(draft.file(), first));
                return;
            }
            Set<Node> unwanted = new HashSet<>();
            for (Vocabulary.Finding finding : findings) {
                problems(draft.file()).add(finding.problem());
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

        private void walk(RouteDefinition route, Origin origin) {
            Set<Problem> problems = problems(origin.file());
            int before = problems.size();
            RouteTemplateContext template = route.getRouteTemplateContext();
            try {
                if (template != null && template.getLocalBeanRepository() != null) {
                    // What a template makes of its parameters.
                    template.getLocalBeanRepository().findByType(Object.class);
                }
            } catch (Exception e) {
                explain(e, origin);
            }
            if (template == null) {
                new StepCheck(
                                context,
                                (failure, line) -> explain(failure, new Origin(origin.file(), line)),
                                problems::add,
                                new Places(origin.file()))
                        .check(route);
            }
            demandConfigurations(route, origin);
            if (problems.size() > before || cut.contains(route.getRouteId())) {
                // What is known to be wrong must not hide what else is wrong.
                context.getRouteDefinitions().remove(route);
            }
        }

        private void demandConfigurations(RouteDefinition route, Origin origin) {
            if (route.getRouteConfigurationId() == null) {
                return;
            }
            Set<String> known = new TreeSet<>();
            context.getRouteConfigurationDefinitions().forEach(c -> known.add(c.getId()));
            for (String id : route.getRouteConfigurationId().split(",")) {
                if (!id.contains("*") && !known.contains(id.strip())) {
                    // Camel takes one that does not exist for none, and the route's failures for nobody's business.
                    problems(origin.file())
                            .add(new Places(origin.file())
                                    .problem(
                                            origin.line(),
                                            List.of("routeConfigurationId", id.strip()),
                                            "route '" + route.getRouteId() + "': there is no routeConfiguration '"
                                                    + id.strip() + "'",
                                            Suggestion.of(id.strip(), known)));
                }
            }
        }

        /** Configurations are built with the routes that use them; perhaps none does yet. */
        private void tryConfigurations() {
            for (Draft draft : drafts) {
                for (Item item : draft.shared()) {
                    if (item.kind() == Item.Kind.CONFIGURATION && !item.id().isEmpty()) {
                        RouteDefinition user = new RouteDefinition("direct:check-of-" + item.id());
                        user.setId("check-of-" + item.id());
                        user.setRouteConfigurationId(item.id());
                        user.log("x");
                        Origin origin = origins.getOrDefault(item.id(), new Origin(draft.file(), 0));
                        origins.put(user.getId(), origin);
                        try {
                            context.addRouteDefinition(user);
                        } catch (Exception e) {
                            explain(e, origin);
                        }
                    }
                }
            }
        }

        private void explain(Throwable failure, Origin origin) {
            Explanation explanation = Explanation.of(failure, context);
            boolean known = explanation.isPlaceholder()
                    && problems(origin.file()).stream()
                            .anyMatch(p -> p.message().equals(explanation.message()));
            if (known) {
                return;
            }
            problems(origin.file())
                    .add(new Places(origin.file())
                            .problem(origin.line(), explanation.words(), explanation.message(), explanation.hint()));
        }
    }

    /** @param line counted from 1; 0 where only the file is known */
    private record Origin(RouteFile file, int line) {}

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

    private static @Nullable FailedToCreateRouteException failed(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof FailedToCreateRouteException e) {
                return e;
            }
        }
        return null;
    }
}
