package dev.caravan.check;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Says what the YAML parser means in words for people who write YAML once a month. */
final class Syntax {

    private Syntax() {}

    static Problem problem(RouteFile file, MarkedYamlEngineException e) {
        return problem(file, e, e.getProblemMark().or(e::getContextMark).orElse(null));
    }

    /** @param mark where it is, which the exception may not know */
    static Problem problem(RouteFile file, MarkedYamlEngineException e, @Nullable Mark mark) {
        String problem = String.valueOf(e.getProblem());
        int index = mark == null ? -1 : mark.getLine();
        String hint = hint(problem, lineOf(file.text(), index), lineOf(file.text(), index - 1), index);
        String message = "is not YAML: " + problem;
        return mark == null ? Problem.inFile(file, message, hint) : Problem.at(file, mark, message, hint);
    }

    static Problem unmarked(RouteFile file, YamlEngineException e) {
        if (e instanceof ReaderException bad) {
            int line = 1
                    + (int) file.text()
                            .chars()
                            .limit(Math.max(0, bad.getPosition()))
                            .filter(c -> c == '\n')
                            .count();
            return new Problem(
                    file.location(),
                    line,
                    0,
                    false,
                    String.format(Locale.ROOT, "has a character that YAML does not allow: U+%04X", bad.getCodePoint()),
                    "is it a text file?");
        }
        return Problem.inFile(file, "is not YAML: " + firstLine(e), "");
    }

    static String firstLine(Throwable e) {
        String message = e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.lines()
                        .map(String::strip)
                        .filter(l -> !l.isEmpty())
                        .findFirst()
                        .orElse(message);
    }

    /**
     * @param above the line before
     * @param number the number of that line, counted from 1
     */
    private static String hint(String problem, String line, String above, int number) {
        if (problem.contains("'\\t(TAB)'")
                || line.substring(0, line.length() - line.stripLeading().length())
                        .contains("\t")) {
            return "indent with spaces, not with tabs";
        }
        if (problem.contains("mapping values are not allowed here")
                || problem.contains("could not find expected ':'")) {
            if (!above.isBlank()
                    && !above.contains(": ")
                    && !above.stripTrailing().endsWith(":")) {
                return "line " + number + " has no colon with a space behind it: 'key: value'";
            }
            return "is the line above indented as it should be, and is there one ': ' in this line? "
                    + "A value that holds ': ' needs quotes";
        }
        if (problem.contains("expected <block end>")) {
            return "is the line indented like its neighbours?";
        }
        if (problem.contains("cannot start any token")) {
            return "a value that begins with @, %, ` or { needs quotes";
        }
        if (problem.contains("found unexpected end of stream") || problem.contains("quoted scalar")) {
            return "is a quote open?";
        }
        if (problem.contains("expected ',' or")) {
            return "is a bracket or a brace not closed?";
        }
        if (problem.contains("another document")) {
            return "one file holds one list: delete the line '---'";
        }
        return line.contains("{{") && !line.contains("\"") && !line.contains("'")
                ? "a value that begins with {{ needs quotes: \"{{key}}\""
                : "";
    }

    private static String lineOf(String text, int index) {
        return index < 0 ? "" : text.lines().skip(index).findFirst().orElse("");
    }
}
