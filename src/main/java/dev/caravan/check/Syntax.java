package dev.caravan.check;

import java.util.Locale;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Says what the YAML parser means in words for people who write YAML once a month. */
final class Syntax {

    private Syntax() {}

    static Problem problem(RouteFile file, MarkedYamlEngineException e) {
        String problem = String.valueOf(e.getProblem());
        Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
        String hint = hint(problem, lineOf(file.text(), mark == null ? -1 : mark.getLine()));
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

    private static String hint(String problem, String line) {
        if (problem.contains("'\\t(TAB)'") || line.stripTrailing().startsWith("\t")) {
            return "indent with spaces, not with tabs";
        }
        if (problem.contains("mapping values are not allowed here")) {
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
        if (problem.contains("expected a single document")) {
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
