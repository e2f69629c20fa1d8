package dev.caravan.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;

/** What is found wrong with some files while they are in one context. */
final class Findings {

    private final CamelContext context;
    private final Map<String, Set<Problem>> byFile = new HashMap<>();

    /** @param context knows what a failure may have meant */
    Findings(CamelContext context) {
        this.context = context;
    }

    /** Those of a file so far, in the order of the lines; to be added to. */
    Set<Problem> of(RouteFile file) {
        return byFile.computeIfAbsent(file.name(), name -> new TreeSet<>(Problem.ORDER));
    }

    void add(Origin origin, List<String> words, String message, String hint) {
        of(origin.file()).add(new Places(origin.file()).problem(origin.line(), words, message, hint));
    }

    /** Adds what a failure means. */
    void explain(Throwable failure, Origin origin) {
        Explanation explanation = Explanation.of(failure, context);
        boolean known = explanation.isPlaceholder()
                && of(origin.file()).stream().anyMatch(p -> p.message().equals(explanation.message()));
        if (!known) {
            add(origin, explanation.words(), explanation.message(), explanation.hint());
        }
    }

    StepCheck stepCheck(Origin origin) {
        return new StepCheck(
                context,
                (failure, line) -> explain(failure, new Origin(origin.file(), line)),
                of(origin.file())::add,
                new Places(origin.file()));
    }
}
