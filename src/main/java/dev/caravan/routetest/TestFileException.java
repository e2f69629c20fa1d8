package dev.caravan.routetest;

import java.util.List;

/** A file that cannot be used; each problem names file, line and column, key and rule. */
final class TestFileException extends Exception {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    TestFileException(List<String> problems) {
        super(String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    List<String> problems() {
        return problems;
    }
}
