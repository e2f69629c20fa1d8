package dev.caravan.json;

/** A text that breaks its grammar. The message is {@code at character N: expected ...}, counted from 1. */
public final class SyntaxException extends Exception {

    SyntaxException(int character, String expected) {
        // Questions of strangers are refused at the rate at which they come: no stack trace to fill.
        super("at character " + character + ": " + expected, null, false, false);
    }
}
