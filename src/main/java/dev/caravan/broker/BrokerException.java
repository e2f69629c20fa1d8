package dev.caravan.broker;

/** The broker cannot start; the message says why in one sentence and names the file, port or folder. */
public final class BrokerException extends Exception {

    private static final long serialVersionUID = 1L;

    BrokerException(String message) {
        super(message);
    }

    BrokerException(String message, Throwable cause) {
        super(message, cause);
    }
}
