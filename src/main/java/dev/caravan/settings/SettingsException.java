package dev.caravan.settings;

import java.util.List;

/** Settings that cannot be used. Holds every problem, each a sentence that names source, key, rule and value. */
public final class SettingsException extends Exception {

    private static final long serialVersionUID = 1L;

    private final List<String> problems;

    SettingsException(List<String> problems) {
        super(String.join("; ", problems));
        this.problems = List.copyOf(problems);
    }

    public List<String> problems() {
        return problems;
    }
}
