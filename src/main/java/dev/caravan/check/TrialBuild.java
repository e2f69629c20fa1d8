package dev.caravan.check;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.RouteTemplateContext;
import org.apache.camel.component.kamelet.FailedToCreateKameletException;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.model.RouteConfigurationDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.RouteDefinitionHelper;
import org.apache.camel.model.RouteTemplateDefinition;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Builds the routes of some files in a context that is thrown away, and finds what is wrong with what they mean. */
final class TrialBuild {

    private static final Pattern FAILED_KAMELET = Pattern.compile("Kamelet with id (\\S+)");
    private static final Pattern FAILED_STEP = Pattern.compile(" at: >>> (.*?) <<< in route: ", Pattern.DOTALL);

    private final ModelCamelContext context;
    private final Collection<Draft> drafts;
    private final TrialReading reading;
    private final Findings findings;

    /** Where the configuration stands that a made-up route uses. */
    private final Map<String, Origin> users = new HashMap<>();

    /** What each item made; Camel gives those without an id one later. */
    private final Map<Item, List<RouteConfigurationDefinition>> configurations = new IdentityHashMap<>();

    TrialBuild(ModelCamelContext context, Collection<Draft> drafts, TrialReading reading, Findings findings) {
        this.context = context;
        this.drafts = drafts;
        this.reading = reading;
        this.findings = findings;
    }

    void run() {
        drafts.forEach(draft -> draft.shared().forEach(item -> readShared(draft, item)));
        drafts.forEach(draft -> draft.scope().forEach(item -> reading.read(draft, item)));
        for (Draft draft : drafts) {
            for (Item route : draft.routes()) {
                demandKnownParameters(draft.file(), route);
                reading.read(draft, route);
            }
        }
        drafts.forEach(this::walkTemplates);
        demandUniqueSteps();
        for (RouteDefinition route : List.copyOf(context.getRouteDefinitions())) {
            Origin origin = reading.origin(route.getRouteId());
            if (origin != null) {
                try {
                    walk(route, origin);
                } catch (RuntimeException e) {
                    findings.explain(e, origin);
                    context.getRouteDefinitions().remove(route);
                }
            }
        }
        tryConfigurations();
        buildEach();
        // Camel would want ids once among all files, here only.
        context.getRouteDefinitions()
                .forEach(route -> StepCheck.steps(route.getOutputs()).forEach(step -> step.setCustomId(false)));
        try {
            context.init();
        } catch (Exception e) {
            explainStart(e);
        }
    }

    /** What fails only with the context as a whole: a Kamelet's route. */
    private void explainStart(Exception failure) {
        FailedToCreateRouteException failed = Explanation.find(failure, FailedToCreateRouteException.class);
        String id = failed == null ? null : failed.getRouteId();
        Origin known = origin(id);
        List<Origin> blamed = known == null ? blamed(failure) : List.of(known);
        RouteDefinition route = id == null ? null : context.getRouteDefinition(id);
        for (Origin origin : blamed) {
            if (route != null && failed != null && blamed.size() == 1) {
                findings.explain(failure, new Origin(origin.file(), line(route, failed, origin)));
            } else {
                findings.explain(failure, origin);
            }
        }
    }

    /** The file of the Kamelet that failed, else those that name it, else all. */
    private List<Origin> blamed(Exception failure) {
        FailedToCreateKameletException failed = Explanation.find(failure, FailedToCreateKameletException.class);
        Matcher name = FAILED_KAMELET.matcher(failed == null ? "" : String.valueOf(failed.getMessage()));
        String kamelet = name.find() ? name.group(1) : "";
        List<Origin> own =
                origins(item -> item.kind() == Item.Kind.KAMELET && item.id().equals(kamelet));
        List<Origin> users = own.isEmpty() ? origins(item -> item.mentions(kamelet)) : own;
        return users.isEmpty() ? origins(item -> true) : users;
    }

    private List<Origin> origins(Predicate<Item> wanted) {
        return drafts.stream()
                .filter(draft -> draft.items().stream().anyMatch(wanted))
                .map(draft -> new Origin(draft.file(), 0))
                .toList();
    }

    /** One by one, as the context as a whole stops at the first that fails. */
    private void buildEach() {
        for (RouteDefinition route : List.copyOf(context.getRouteDefinitions())) {
            Origin origin = origin(route.getRouteId());
            if (origin == null) {
                continue;
            }
            try {
                context.startRouteDefinitions(List.of(route));
            } catch (Exception e) {
                findings.explain(e, new Origin(origin.file(), line(route, e, origin)));
                context.getRouteDefinitions().remove(route);
            }
        }
    }

    /** Camel wants each step's id once among the routes of a file; routes of templates come one by one. */
    private void demandUniqueSteps() {
        Map<RouteFile, List<RouteDefinition>> byFile = new HashMap<>();
        for (RouteDefinition route : context.getRouteDefinitions()) {
            Origin origin = reading.origin(route.getRouteId());
            if (origin == null || route.getRouteTemplateContext() != null) {
                continue;
            }
            List<RouteDefinition> before = byFile.computeIfAbsent(origin.file(), file -> new ArrayList<>());
            String twice = RouteDefinitionHelper.validateUniqueIds(route, before, route.getNodePrefixId());
            if (twice != null) {
                findings.add(
                        origin,
                        List.of("id: " + twice, twice),
                        "the id '" + twice + "' is there twice",
                        "give each step its own, or none");
            }
            before.add(route);
        }
    }

    /** Where the step stands that a failure names by its text only. */
    private static int line(RouteDefinition route, Exception failure, Origin origin) {
        Matcher step = FAILED_STEP.matcher(String.valueOf(failure.getMessage()));
        if (step.find()) {
            for (ProcessorDefinition<?> output : route.getOutputs()) {
                if (output.toString().equals(step.group(1)) && output.getLineNumber() > 0) {
                    return output.getLineNumber();
                }
            }
        }
        return origin.line();
    }

    private void readShared(Draft draft, Item item) {
        Set<RouteConfigurationDefinition> before = Collections.newSetFromMap(new IdentityHashMap<>());
        before.addAll(context.getRouteConfigurationDefinitions());
        reading.read(draft, item);
        configurations.put(
                item,
                context.getRouteConfigurationDefinitions().stream()
                        .filter(configuration -> !before.contains(configuration))
                        .toList());
    }

    private void walkTemplates(Draft draft) {
        for (Item item : draft.shared()) {
            RouteTemplateDefinition template = item.kind() == Item.Kind.TEMPLATE || item.kind() == Item.Kind.KAMELET
                    ? context.getRouteTemplateDefinition(item.id())
                    : null;
            if (template != null && template.getRoute().getInput() != null) {
                findings.stepCheck(new Origin(draft.file(), 0)).checkPermissions(template.getRoute());
            }
        }
    }

    /** Camel takes no notice of a parameter that the template does not have. */
    private void demandKnownParameters(RouteFile file, Item item) {
        String name = item.body("routeTemplateRef").orElse("");
        RouteTemplateDefinition template = context.getRouteTemplateDefinition(name);
        if (template == null || template.getTemplateParameters() == null) {
            return;
        }
        Set<String> known = new TreeSet<>();
        template.getTemplateParameters().forEach(parameter -> known.add(parameter.getName()));
        for (Node parameter : item.parameters()) {
            String given = Nodes.text(Nodes.value(parameter, "name"));
            if (!known.contains(given)) {
                findings.of(file)
                        .add(Problem.at(
                                file,
                                Nodes.mark(parameter),
                                "unknown parameter '" + given + "' of template '" + name + "'",
                                Suggestion.of(given, known)));
            }
        }
    }

    private void walk(RouteDefinition route, Origin origin) {
        Set<Problem> problems = findings.of(origin.file());
        int before = problems.size();
        RouteTemplateContext template = route.getRouteTemplateContext();
        try {
            if (template != null && template.getLocalBeanRepository() != null) {
                // What a template makes of its parameters.
                template.getLocalBeanRepository().findByType(Object.class);
            }
        } catch (Exception e) {
            findings.explain(e, origin);
        }
        if (template == null) {
            findings.stepCheck(origin).check(route);
        }
        demandConfigurations(route, origin);
        if (problems.size() > before || reading.isCut(route.getRouteId())) {
            // What is known to be wrong must not hide what else is wrong.
            context.getRouteDefinitions().remove(route);
        }
    }

    private void demandConfigurations(RouteDefinition route, Origin origin) {
        if (route.getRouteConfigurationId() == null) {
            return;
        }
        Set<String> known = new TreeSet<>();
        context.getRouteConfigurationDefinitions().stream()
                .map(RouteConfigurationDefinition::getId)
                .filter(Objects::nonNull)
                .forEach(known::add);
        for (String id : route.getRouteConfigurationId().split(",")) {
            if (!id.contains("*") && !known.contains(id.strip())) {
                // Camel takes one that does not exist for none, and the route's failures for nobody's business.
                findings.of(origin.file())
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
                if (item.kind() == Item.Kind.CONFIGURATION) {
                    RouteDefinition user = new RouteDefinition("direct:check-of-" + item.id());
                    user.setId("check-of-" + item.id());
                    // One without id holds for every route.
                    user.setRouteConfigurationId(item.id().isEmpty() ? null : item.id());
                    user.log("x");
                    Origin origin = Origin.of(draft, item);
                    if (!stepsAreRight(configurations.getOrDefault(item, List.of()), origin)) {
                        continue;
                    }
                    users.put(user.getId(), origin);
                    try {
                        context.addRouteDefinition(user);
                    } catch (Exception e) {
                        findings.explain(e, origin);
                    }
                }
            }
        }
    }

    private boolean stepsAreRight(List<RouteConfigurationDefinition> configurations, Origin origin) {
        int before = findings.of(origin.file()).size();
        StepCheck check = findings.stepCheck(origin);
        for (RouteConfigurationDefinition each : configurations) {
            check.check(each.getOnExceptions());
            check.check(each.getOnCompletions());
            check.check(each.getIntercepts());
            check.check(each.getInterceptFroms());
            check.check(each.getInterceptSendTos());
        }
        return findings.of(origin.file()).size() == before;
    }

    private @Nullable Origin origin(@Nullable String routeId) {
        Origin origin = reading.origin(routeId);
        return origin == null && routeId != null ? users.get(routeId) : origin;
    }
}
