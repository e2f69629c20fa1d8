package dev.caravan.route;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/** Turns what Camel and the YAML parser throw into the end of one line: {@code :line:column: what is wrong}. */
final class Reason {

    private static final Pattern YAML_MARK = Pattern.compile("line (\\d+), column (\\d+)");
    private static final int LONGEST = 300;

    private Reason() {}

    /** Whether the text is no YAML at all. */
    static boolean isSyntax(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof MarkedYamlEngineException) {
                return true;
            }
        }
        return false;
    }

    static String of(Throwable failure) {
        String position = "";
        String message = "";
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof MarkedYamlEngineException yaml
                    && yaml.getProblemMark().isPresent()) {
                Mark mark = yaml.getProblemMark().get();
                position = ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
                message = String.valueOf(yaml.getProblem());
                continue;
            }
            String text = t.getMessage();
            if (text == null || text.isBlank()) {
                continue;
            }
            Matcher mark = YAML_MARK.matcher(text);
            if (mark.find()) {
                position = ":" + mark.group(1) + ":" + mark.group(2);
            }
            message = text;
        }
        if (message.isEmpty()) {
            message = failure.getClass().getSimpleName();
        }
        String line = message.lines()
                .map(String::strip)
                .filter(l -> !l.isEmpty())
                .findFirst()
                .orElse(message);
        return position + ": " + (line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line);
    }
}
