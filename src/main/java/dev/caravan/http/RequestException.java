package dev.caravan.http;

/** A request that is refused. The message goes to the client as it is, so it names the rule and nothing internal. */
final class RequestException extends RuntimeException {

    private final int status;

    RequestException(int status, String message) {
        // Requests are refused at the rate at which they come: no stack trace to fill, nothing to learn from one.
        super(message, null, false, false);
        this.status = status;
    }

    static RequestException badRequest(String message) {
        return new RequestException(400, message);
    }

    /** The HTTP status code. */
    int status() {
        return status;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
