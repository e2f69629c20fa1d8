package dev.caravan.csv;

/** A message that makes no row. Trying it again does not help. */
final class RowException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String reason;

    /** @param reason what messages are counted by; one of few, whatever messages hold */
    RowException(String reason, String message) {
        super(message);
        this.reason = reason;
    }

    String reason() {
        return reason;
    }
}
