package dev.caravan.export;

/**
 * A value of a JSON payload.
 *
 * @param text of a string its content, of everything else the JSON as it stands in the payload
 */
record FieldValue(Kind kind, String text) {

    enum Kind {
        STRING,
        NUMBER,
        TRUE,
        FALSE,
        NULL,
        /** An object or an array. */
        NESTED
    }
}
