package dev.caravan.check;

import java.util.Comparator;
import org.snakeyaml.engine.v2.exceptions.Mark;

/**
 * Something that is wrong with a file.
 *
 * @param location the file as messages name it
 * @param line counted from 1; 0 where the file as a whole is meant
 * @param column counted from 1; 0 where the line as a whole is meant
 * @param warning whether the file runs all the same
 * @param message what is wrong, naming key and value
 * @param hint what would be right, or empty where that cannot be known
 */
public record Problem(String location, int line, int column, boolean warning, String message, String hint) {

    /** By file, then from top to bottom. */
    public static final Comparator<Problem> ORDER = Comparator.comparing(Problem::location)
            .thenComparingInt(Problem::line)
            .thenComparingInt(Problem::column)
            .thenComparing(Problem::message);

    /** A problem of the file as a whole. */
    public static Problem inFile(RouteFile file, String message, String hint) {
        return new Problem(file.location(), 0, 0, false, message, hint);
    }

    /** @param line counted from 1 */
    public static Problem inLine(RouteFile file, int line, String message, String hint) {
        return new Problem(file.location(), line, 0, false, message, hint);
    }

    /** @param mark where it stands */
    static Problem at(RouteFile file, Mark mark, String message, String hint) {
        return new Problem(file.location(), mark.getLine() + 1, mark.getColumn() + 1, false, message, hint);
    }

    Problem asWarning() {
        return new Problem(location, line, column, true, message, hint);
    }

    /** {@code file:line:column}, as far as it is known. */
    public String place() {
        return location + (line > 0 ? ":" + line : "") + (line > 0 && column > 0 ? ":" + column : "");
    }

    /** One line, as compilers write it: {@code file:line:column: what is wrong; what would be right}. */
    @Override
    public String toString() {
        return place() + ": " + (warning ? "warning: " : "") + message + (hint.isEmpty() ? "" : "; " + hint);
    }
}
