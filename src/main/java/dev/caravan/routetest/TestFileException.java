package dev.caravan.routetest;

import dev.caravan.check.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A file that cannot be used, and all that is wrong with it. */
final class TestFileException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    TestFileException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    List<Problem> problems() {
        return problems;
    }
}
