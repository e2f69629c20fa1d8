package dev.caravan.csv;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A column of the file: {@code name} or {@code name|fallback}. Immutable.
 *
 * @param name header of the column and, case-sensitive, the field its cells come from
 * @param fallback where the cell comes from when the field is absent or null
 * @param topicLevel level of the topic, counted from 1, for {@link Fallback#TOPIC_LEVEL}; otherwise 0
 */
record Column(String name, Fallback fallback, int topicLevel) {

    enum Fallback {
        EMPTY,
        RECEIVED,
        TOPIC_LEVEL
    }

    /**
     * @param text columns separated by commas
     * @throws IllegalArgumentException naming every broken column
     */
    static List<Column> parseAll(String text) {
        List<Column> columns = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String word : text.split(",", -1)) {
            try {
                Column column = parse(word.strip());
                columns.add(column);
                if (!names.add(column.name)) {
                    problems.add("column '" + column.name + "' is given twice");
                }
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("'columns': " + String.join("; ", problems));
        }
        return List.copyOf(columns);
    }

    private static Column parse(String word) {
        int bar = word.indexOf('|');
        String name = bar < 0 ? word : word.substring(0, bar).strip();
        if (name.isEmpty() || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a column must have a name, was '" + word + "'");
        }
        if (bar < 0) {
            return new Column(name, Fallback.EMPTY, 0);
        }
        String fallback = word.substring(bar + 1).strip();
        if (fallback.equals("received")) {
            return new Column(name, Fallback.RECEIVED, 0);
        }
        if (fallback.matches("topic:[1-9]\\d{0,2}")) {
            return new Column(name, Fallback.TOPIC_LEVEL, Integer.parseInt(fallback.substring("topic:".length())));
        }
        throw new IllegalArgumentException("column '" + name
                + "': the fallback must be 'received' or 'topic:N' with N from 1, was '" + fallback + "'");
    }
}
