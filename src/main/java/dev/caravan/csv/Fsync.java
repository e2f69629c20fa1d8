package dev.caravan.csv;

/** When rows are on the disk itself, not only with the operating system, before their exchanges complete. */
enum Fsync {
    /** Never waited for: rows survive the end of the process, kill -9 included, but not the loss of power. */
    NEVER,
    /** One flush for the rows that were written together. */
    BATCH,
    /** One flush for each row. */
    ALWAYS
}
