package dev.caravan.csv;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a log was at one moment.
 *
 * @param name what stands behind {@code csv-log:}
 * @param rows written since it was opened
 * @param waiting rows that the disk has not taken, also those of a write that is under way; their messages are not
 *     acknowledged
 * @param waitingSince when the write began that is under way or was not taken; null while there is none
 * @param failingSince since when rows cannot be written; null while they can
 * @param lastError the last error of the disk, also one that has passed; null if there was none
 */
public record CsvLogReport(
        String name,
        long rows,
        long waiting,
        @Nullable Instant waitingSince,
        @Nullable Instant failingSince,
        @Nullable String lastError) {}
