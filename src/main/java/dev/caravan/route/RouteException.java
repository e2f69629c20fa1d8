package dev.caravan.route;

import dev.caravan.check.Problem;
import java.util.List;

/** Route files that cannot run; the message is one line that names the first problem and how many more there are. */
public final class RouteException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    RouteException(List<Problem> problems) {
        super(oneLine(problems));
        this.problems = List.copyOf(problems);
    }

    /** Everything that is wrong; at least one. */
    public List<Problem> problems() {
        return problems;
    }

    /** A few of some problems in one line. */
    static String oneLine(List<Problem> problems) {
        List<Problem> errors = problems.stream().filter(p -> !p.warning()).toList();
        String first = errors.isEmpty() ? "" : errors.get(0).toString();
        int more = errors.size() - 1;
        return more <= 0 ? first : first + " (and " + more + " more " + (more == 1 ? "problem" : "problems") + ")";
    }
}
