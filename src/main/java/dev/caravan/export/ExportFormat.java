package dev.caravan.export;

import java.util.Locale;

/** How exported messages are written. */
public enum ExportFormat {
    /** One JSON object with all messages in an array. */
    JSON("application/json"),
    /** One JSON object a line. */
    NDJSON("application/x-ndjson"),
    /** RFC 4180 in UTF-8, with a header. */
    CSV("text/csv; charset=utf-8; header=present");

    private final String mediaType;

    ExportFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** @throws QueryException where there is no such format */
    public static ExportFormat parse(String parameter, String text) throws QueryException {
        for (ExportFormat format : values()) {
            if (format.suffix().equals(text)) {
                return format;
            }
        }
        throw new QueryException(parameter, "must be json, ndjson or csv");
    }

    /** For the header Content-Type. */
    public String mediaType() {
        return mediaType;
    }

    /** The word for it, and how names of its files end, without the dot. */
    public String suffix() {
        return name().toLowerCase(Locale.ROOT);
    }
}
