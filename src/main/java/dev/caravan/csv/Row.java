package dev.caravan.csv;

/**
 * One row, ready to be written.
 *
 * @param line the cells in the file's order, with the line end
 * @param unknownFields fields without a column
 * @param missingFields cells without a value
 * @param nested cells with JSON text
 */
record Row(String line, int unknownFields, int missingFields, int nested) {}
