package dev.caravan.json;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a text from left to right, for paths and for what paths stand in. The time is linear in the text. For one thread. */
public final class Cursor {

    // Possessive, so that no text can make it try twice.
    private static final Pattern WORD = Pattern.compile("[a-zA-Z]++");

    private final String text;
    private int at;

    public Cursor(String text) {
        this.text = text;
    }

    /** Whether nothing is left. */
    public boolean isAtEnd() {
        return at == text.length();
    }

    /** Whether the next character is this one. */
    public boolean isAt(char c) {
        return at < text.length() && text.charAt(at) == c;
    }

    /** The next character that is no space, or NUL at the end. */
    public char peek() {
        skipSpace();
        return at < text.length() ? text.charAt(at) : 0;
    }

    /** Goes to the next character that is no space. */
    public void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    /** Goes behind a symbol, and spaces in front of it, if it comes next. */
    public boolean take(String symbol) {
        skipSpace();
        if (text.startsWith(symbol, at)) {
            at += symbol.length();
            return true;
        }
        return false;
    }

    /** Goes behind a word, and spaces in front of it, if it is the whole next word. */
    public boolean takeWord(String word) {
        skipSpace();
        Matcher matcher = WORD.matcher(text).region(at, text.length());
        if (matcher.lookingAt() && matcher.group().equals(word)) {
            at = matcher.end();
            return true;
        }
        return false;
    }

    /** What matches here, or null. */
    public @Nullable String match(Pattern pattern) {
        Matcher matcher = pattern.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return null;
        }
        at = matcher.end();
        return matcher.group();
    }

    /** @throws SyntaxException when the symbol does not come next */
    public void demand(String symbol) throws SyntaxException {
        if (!take(symbol)) {
            throw wrong("expected " + symbol);
        }
    }

    /** The content of a string, at whose single or double quote this stands; escapes are those of RFC 9535, 2.3.1. */
    public String string() throws SyntaxException {
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

    private char escaped() throws SyntaxException {
        char c = at < text.length() ? text.charAt(at++) : 0;
        switch (c) {
            case '"', '\'', '\\', '/':
                return c;
            case 'b':
                return '\b';
            case 'f':
                return '\f';
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
                throw wrong("expected one of \" ' \\ / b f n r t u after \\");
        }
    }

    /** A problem at this place. */
    public SyntaxException wrong(String expected) {
        return new SyntaxException(at + 1, expected);
    }
}
