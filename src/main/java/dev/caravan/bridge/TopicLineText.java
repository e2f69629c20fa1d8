package dev.caravan.bridge;

import dev.caravan.bridge.TopicLine.Retain;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the text of a bridge's topics apart.
 *
 * <p>A line that begins with {@code #} is a comment, as in mosquitto.conf, except where the next word is a direction:
 * {@code # out 1} is the pattern of all topics. A {@code #} alone is refused, as it may be meant as either; taken wrongly
 * it would send every topic away, or none.
 */
final class TopicLineText {

    private TopicLineText() {}

    static List<TopicLine> parse(String text) {
        List<String> rows = text.lines().map(String::strip).toList();
        String first = rows.stream()
                .filter(row -> !row.isEmpty() && !isComment(row))
                .findFirst()
                .orElse("");
        boolean isList = first.startsWith("- ") || first.equals("-");
        List<TopicLine> lines = isList ? TopicLineList.parse(text) : parseRows(rows);
        if (lines.isEmpty()) {
            throw new TopicLineException(1, "at least one topic line is needed");
        }
        return lines;
    }

    private static List<TopicLine> parseRows(List<String> rows) {
        List<TopicLine> lines = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            String row = rows.get(i);
            if (row.equals("#")) {
                throw new TopicLineException(
                        i + 1, "'#': may be a comment or the pattern of all topics: write '# out 0', or '##'");
            }
            if (!row.isEmpty() && !isComment(row)) {
                lines.add(MosquittoLine.parse(i + 1, row, Retain.KEEP, List.of()));
            }
        }
        return lines;
    }

    private static boolean isComment(String row) {
        if (!row.startsWith("#")) {
            return false;
        }
        String[] words = row.split("\\s+", 3);
        boolean isPattern = words[0].equals("#") && words.length > 1 && MosquittoLine.direction(words[1]) != null;
        return !isPattern && !row.equals("#");
    }
}
