package dev.caravan.export;

import dev.caravan.export.PayloadFilter.Comparison;
import dev.caravan.export.PayloadFilter.Condition;
import dev.caravan.export.PayloadFilter.Exists;
import dev.caravan.export.PayloadFilter.Not;
import dev.caravan.export.PayloadFilter.Operand;
import dev.caravan.export.PayloadFilter.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text of a {@link PayloadFilter}:
 *
 * <pre>
 * or         = and *( ("||" | "or") and )
 * and        = not *( ("&amp;&amp;" | "and") not )
 * not        = [ "!" | "not" ] ( "(" or ")" | "exists" "(" path ")" | comparison | not )
 * comparison = operand ( "==" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=" ) operand
 * operand    = path | number | string | "true" | "false" | "null"
 * path       = "$" *( "." name | "[" digits "]" | "[" string "]" )
 * </pre>
 *
 * For one text and one thread. The time is linear in the text.
 */
final class PayloadFilterParser {

    static final int MAX_LENGTH = 1_000;
    static final int MAX_DEPTH = 32;

    // Possessive, so that no text can make them try twice.
    private static final Pattern NUMBER =
            Pattern.compile("-?+(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?+(?:[eE][+-]?+[0-9]++)?+");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_-]*+");
    private static final Pattern WORD = Pattern.compile("[a-zA-Z]++");

    private final String parameter;
    private final String text;
    private final List<PayloadPath> paths = new ArrayList<>();
    private int at;
    private int depth;

    PayloadFilterParser(String parameter, String text) {
        this.parameter = parameter;
        this.text = text;
    }

    PayloadFilter parse() throws QueryException {
        if (text.length() > MAX_LENGTH) {
            throw new QueryException(parameter, "must not be longer than " + MAX_LENGTH + " characters");
        }
        Condition condition = or();
        skipSpace();
        if (at < text.length()) {
            throw wrong("expected && or || or the end");
        }
        return new PayloadFilter(paths, condition);
    }

    private Condition or() throws QueryException {
        Condition condition = and();
        while (take("||") || takeWord("or")) {
            condition = new PayloadFilter.Or(condition, and());
        }
        return condition;
    }

    private Condition and() throws QueryException {
        Condition condition = not();
        while (take("&&") || takeWord("and")) {
            condition = new PayloadFilter.And(condition, not());
        }
        return condition;
    }

    private Condition not() throws QueryException {
        if (++depth > MAX_DEPTH) {
            throw wrong("nested deeper than " + MAX_DEPTH);
        }
        Condition condition;
        if (take("!") || takeWord("not")) {
            condition = new Not(not());
        } else if (take("(")) {
            condition = or();
            demand(")");
        } else if (takeWord("exists")) {
            demand("(");
            skipSpace();
            condition = new Exists(path());
            demand(")");
        } else {
            condition = comparison();
        }
        depth--;
        return condition;
    }

    private Condition comparison() throws QueryException {
        Operand left = operand();
        Operator operator = operator();
        return new Comparison(left, operator, operand());
    }

    private Operator operator() throws QueryException {
        if (take("==")) {
            return Operator.EQUAL;
        } else if (take("!=")) {
            return Operator.UNEQUAL;
        } else if (take("<=")) {
            return Operator.LESS_OR_EQUAL;
        } else if (take(">=")) {
            return Operator.GREATER_OR_EQUAL;
        } else if (take("<")) {
            return Operator.LESS;
        } else if (take(">")) {
            return Operator.GREATER;
        }
        throw wrong("expected ==, !=, <, <=, > or >=");
    }

    private Operand operand() throws QueryException {
        char next = peek();
        if (next == '$') {
            return new Operand(path(), null);
        }
        if (next == '"' || next == '\'') {
            return new Operand(-1, new FieldValue(FieldValue.Kind.STRING, string()));
        }
        if (takeWord("true")) {
            return new Operand(-1, new FieldValue(FieldValue.Kind.TRUE, "true"));
        } else if (takeWord("false")) {
            return new Operand(-1, new FieldValue(FieldValue.Kind.FALSE, "false"));
        } else if (takeWord("null")) {
            return new Operand(-1, new FieldValue(FieldValue.Kind.NULL, "null"));
        }
        String number = match(NUMBER);
        if (number != null) {
            return new Operand(-1, new FieldValue(FieldValue.Kind.NUMBER, number));
        }
        throw wrong("expected a path like $.temperature, a number, a string, true, false or null");
    }

    private int path() throws QueryException {
        if (at >= text.length() || text.charAt(at) != '$') {
            throw wrong("expected a path like $.temperature");
        }
        at++;
        List<String> steps = new ArrayList<>();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '.') {
                at++;
                String name = match(NAME);
                if (name == null) {
                    throw wrong("expected a name; others go into brackets: $['odd name']");
                }
                steps.add(name);
            } else if (c == '[') {
                at++;
                steps.add(bracket());
            } else {
                break;
            }
            if (steps.size() > PayloadPath.MAX_STEPS) {
                throw wrong("a path of more than " + PayloadPath.MAX_STEPS + " names");
            }
        }
        PayloadPath path = new PayloadPath(steps);
        int known = paths.indexOf(path);
        if (known < 0) {
            paths.add(path);
        }
        return known < 0 ? paths.size() - 1 : known;
    }

    private String bracket() throws QueryException {
        String step;
        char next = peek();
        if (next == '"' || next == '\'') {
            step = string();
        } else {
            int from = at;
            while (at < text.length() && Character.digit(text.charAt(at), 10) >= 0 && text.charAt(at) < 128) {
                at++;
            }
            step = text.substring(from, at);
            if (step.isEmpty() || step.length() > 9 || (step.length() > 1 && step.charAt(0) == '0')) {
                at = from;
                throw wrong("expected an index or a name in quotes");
            }
        }
        demand("]");
        return step;
    }

    private String string() throws QueryException {
        char quote = text.charAt(at++);
        StringBuilder content = new StringBuilder();
        while (at < text.length() && text.charAt(at) != quote) {
            char c = text.charAt(at++);
            content.append(c == '\\' ? escaped() : c);
        }
        if (at == text.length()) {
            throw wrong("expected " + quote + " at the end of the string");
        }
        at++;
        return content.toString();
    }

    private char escaped() throws QueryException {
        char c = at < text.length() ? text.charAt(at++) : 0;
        switch (c) {
            case '"', '\'', '\\', '/':
                return c;
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'u':
                if (at + 4 <= text.length() && text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
                    at += 4;
                    return (char) Integer.parseInt(text.substring(at - 4, at), 16);
                }
                throw wrong("expected four hexadecimal digits");
            default:
                at = Math.min(at, text.length()) - (c == 0 ? 0 : 1);
                throw wrong("expected one of \" ' \\ / n r t u after \\");
        }
    }

    private boolean take(String symbol) {
        skipSpace();
        if (text.startsWith(symbol, at)) {
            at += symbol.length();
            return true;
        }
        return false;
    }

    private boolean takeWord(String word) {
        skipSpace();
        Matcher matcher = WORD.matcher(text).region(at, text.length());
        if (matcher.lookingAt() && matcher.group().equals(word)) {
            at = matcher.end();
            return true;
        }
        return false;
    }

    private @Nullable String match(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return null;
        }
        at = matcher.end();
        return matcher.group();
    }

    private void demand(String symbol) throws QueryException {
        if (!take(symbol)) {
            throw wrong("expected " + symbol);
        }
    }

    /** The next character that is no space, or NUL at the end. */
    private char peek() {
        skipSpace();
        return at < text.length() ? text.charAt(at) : 0;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private QueryException wrong(String expected) {
        return new QueryException(parameter, "is wrong at character " + (at + 1) + ": " + expected);
    }
}
