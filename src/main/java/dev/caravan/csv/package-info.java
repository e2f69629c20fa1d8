/**
 * The {@code csv-log:} component: appends rows with fixed columns to a CSV file.
 */
@NullMarked
package dev.caravan.csv;

import org.jspecify.annotations.NullMarked;
