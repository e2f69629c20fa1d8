package dev.caravan.bridge;

/** A topic line that breaks a rule. The message begins with the place: {@code line 3: ...}. */
final class TopicLineException extends IllegalArgumentException {

    private final int line;

    TopicLineException(int line, String message) {
        super("line " + line + ": " + message);
        this.line = line;
    }

    /** The line within the text that was parsed, from 1. */
    int line() {
        return line;
    }
}
