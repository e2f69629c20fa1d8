package dev.caravan.check;

import java.util.List;

/** Finds the place in a file that a word of an error message means, as Camel's model knows lines at best. */
final class Places {

    private final RouteFile file;
    private final List<String> lines;

    Places(RouteFile file) {
        this.file = file;
        this.lines = file.text().lines().toList();
    }

    /**
     * A problem at the first of some words that stands in the file, or at the line itself.
     *
     * @param fromLine where to begin to look, counted from 1
     * @param words in the order of preference
     */
    Problem problem(int fromLine, List<String> words, String message, String hint) {
        int from = Math.max(1, fromLine);
        for (String word : words) {
            for (int i = from - 1; i < lines.size() && !word.isBlank(); i++) {
                int column = lines.get(i).indexOf(word);
                if (column >= 0 && !lines.get(i).stripLeading().startsWith("#")) {
                    return new Problem(file.location(), i + 1, column + 1, false, message, hint);
                }
            }
        }
        String line = from <= lines.size() ? lines.get(from - 1) : "";
        int indent = line.length() - line.stripLeading().length();
        return new Problem(file.location(), fromLine < 1 ? 0 : from, indent + 1, false, message, hint);
    }
}
