/**
 * The {@code csv-log:} component: appends rows with fixed columns to a CSV file.
 *
 * <p>The file is UTF-8 with the quoting of RFC 4180, except that a row ends with LF alone, not CRLF: {@code tail -f},
 * {@code cut} and {@code awk} are what people read it with, and spreadsheets take both. Cells are exactly what arrived,
 * also where a spreadsheet would run them as a formula; exports made for people are the place to defuse those.
 */
@NullMarked
package dev.caravan.csv;

import org.jspecify.annotations.NullMarked;
