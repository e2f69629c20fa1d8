package dev.caravan.route;

/** A route file that cannot run; the message names the file and, where it is known, line and reason. */
public final class RouteException extends Exception {

    private static final long serialVersionUID = 1L;

    RouteException(RouteFile file, Throwable cause) {
        super(file.location() + Reason.of(cause), cause);
    }

    RouteException(RouteFile file, String reason) {
        super(file.location() + ": " + reason);
    }

    RouteException(String message, Throwable cause) {
        super(message, cause);
    }
}
