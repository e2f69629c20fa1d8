package dev.caravan.export;

import dev.caravan.export.PayloadFilter.Comparison;
import dev.caravan.export.PayloadFilter.Condition;
import dev.caravan.export.PayloadFilter.Exists;
import dev.caravan.export.PayloadFilter.Not;
import dev.caravan.export.PayloadFilter.Operand;
import dev.caravan.export.PayloadFilter.Operator;
import dev.caravan.json.Cursor;
import dev.caravan.json.JsonPath;
import dev.caravan.json.SyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads the text of a {@link PayloadFilter}:
 *
 * <pre>
 * or         = and *( ("||" | "or") and )
 * and        = not *( ("&amp;&amp;" | "and") not )
 * not        = [ "!" | "not" ] ( "(" or ")" | "exists" "(" path ")" | comparison | not )
 * comparison = operand ( "==" | "!=" | "&lt;" | "&lt;=" | "&gt;" | "&gt;=" ) operand
 * operand    = path | number | string | "true" | "false" | "null"
 * </pre>
 *
 * with the paths of {@link JsonPath}. For one text and one thread. The time is linear in the text.
 */
final class PayloadFilterParser {

    static final int MAX_LENGTH = 1_000;
    static final int MAX_DEPTH = 32;

    // Possessive, so that no text can make them try twice.
    private static final Pattern NUMBER =
            Pattern.compile("-?+(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?+(?:[eE][+-]?+[0-9]++)?+");

    private final String parameter;
    private final String text;
    private final Cursor cursor;
    private final List<JsonPath> paths = new ArrayList<>();
    private int depth;

    PayloadFilterParser(String parameter, String text) {
        this.parameter = parameter;
        this.text = text;
        this.cursor = new Cursor(text);
    }

    PayloadFilter parse() throws QueryException {
        if (text.length() > MAX_LENGTH) {
            throw new QueryException(parameter, "must not be longer than " + MAX_LENGTH + " characters");
        }
        try {
            Condition condition = or();
            cursor.skipSpace();
            if (!cursor.isAtEnd()) {
                throw cursor.wrong("expected && or || or the end");
            }
            return new PayloadFilter(paths, condition);
        } catch (SyntaxException e) {
            throw new QueryException(parameter, "is wrong " + e.getMessage());
        }
    }

    private Condition or() throws SyntaxException {
        Condition condition = and();
        while (cursor.take("||") || cursor.takeWord("or")) {
            condition = new PayloadFilter.Or(condition, and());
        }
        return condition;
    }

    private Condition and() throws SyntaxException {
        Condition condition = not();
        while (cursor.take("&&") || cursor.takeWord("and")) {
            condition = new PayloadFilter.And(condition, not());
        }
        return condition;
    }

    private Condition not() throws SyntaxException {
        if (++depth > MAX_DEPTH) {
            throw cursor.wrong("nested deeper than " + MAX_DEPTH);
        }
        Condition condition;
        if (cursor.take("!") || cursor.takeWord("not")) {
            condition = new Not(not());
        } else if (cursor.take("(")) {
            condition = or();
            cursor.demand(")");
        } else if (cursor.takeWord("exists")) {
            cursor.demand("(");
            cursor.skipSpace();
            condition = new Exists(path());
            cursor.demand(")");
        } else {
            condition = comparison();
        }
        depth--;
        return condition;
    }

    private Condition comparison() throws SyntaxException {
        Operand left = operand();
        Operator operator = operator();
        return new Comparison(left, operator, operand());
    }

    private Operator operator() throws SyntaxException {
        if (cursor.take("==")) {
            return Operator.EQUAL;
        } else if (cursor.take("!=")) {
            return Operator.UNEQUAL;
        } else if (cursor.take("<=")) {
            return Operator.LESS_OR_EQUAL;
        } else if (cursor.take(">=")) {
            return Operator.GREATER_OR_EQUAL;
        } else if (cursor.take("<")) {
            return Operator.LESS;
        } else if (cursor.take(">")) {
            return Operator.GREATER;
        }
        throw cursor.wrong("expected ==, !=, <, <=, > or >=");
    }

    private Operand operand() throws SyntaxException {
        char next = cursor.peek();
        if (next == '$') {
            return new Operand(path(), null);
        }
        if (next == '"' || next == '\'') {
            return new Operand(-1, new FieldValue(FieldValue.Kind.STRING, cursor.string()));
        }
        if (cursor.takeWord("true")) {
            return new Operand(-1, new FieldValue(FieldValue.Kind.TRUE, "true"));
        } else if (cursor.takeWord("false")) {
            return new Operand(-1, new FieldValue(FieldValue.Kind.FALSE, "false"));
        } else if (cursor.takeWord("null")) {
            return new Operand(-1, new FieldValue(FieldValue.Kind.NULL, "null"));
        }
        String number = cursor.match(NUMBER);
        if (number != null) {
            return new Operand(-1, new FieldValue(FieldValue.Kind.NUMBER, number));
        }
        throw cursor.wrong("expected a path like $.temperature, a number, a string, true, false or null");
    }

    private int path() throws SyntaxException {
        JsonPath path = JsonPath.read(cursor);
        int known = paths.indexOf(path);
        if (known < 0) {
            paths.add(path);
        }
        return known < 0 ? paths.size() - 1 : known;
    }
}
