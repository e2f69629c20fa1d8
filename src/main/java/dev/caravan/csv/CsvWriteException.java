package dev.caravan.csv;

import java.io.IOException;

/** A row that the file system did not take, for example on a full disk. The row is not in the file; trying again helps. */
public final class CsvWriteException extends IOException {

    private static final long serialVersionUID = 1L;

    CsvWriteException(String message, Throwable cause) {
        super(message, cause);
    }
}
