package dev.caravan.routetest;

/** A test that the routes at hand cannot play. The message is the sentence that says why. */
final class UnplayableException extends Exception {

    private static final long serialVersionUID = 1L;

    UnplayableException(String reason) {
        super(reason);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
