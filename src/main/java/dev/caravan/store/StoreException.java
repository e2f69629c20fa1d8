package dev.caravan.store;

/** The database of the message store cannot be opened, read or written; the message names it and says why. */
public final class StoreException extends Exception {

    private static final long serialVersionUID = 1L;

    StoreException(String message) {
        super(message);
    }

    StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
