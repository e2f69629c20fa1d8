package dev.caravan.csv;

import java.util.concurrent.atomic.LongAdder;

/** Counts of a {@link CsvLogComponent} since it was made, over all its files. Thread-safe; a count may lag by a row. */
public final class CsvLogState {

    final LongAdder rows = new LongAdder();
    final LongAdder unknownFields = new LongAdder();
    final LongAdder missingFields = new LongAdder();
    final LongAdder nested = new LongAdder();
    final LongAdder rejected = new LongAdder();
    final LongAdder failed = new LongAdder();

    CsvLogState() {}

    /** Rows written. */
    public long rows() {
        return rows.sum();
    }

    /** Fields of written rows that no column is named after; they were left out. */
    public long unknownFields() {
        return unknownFields.sum();
    }

    /** Cells of written rows left empty, as neither field nor fallback had a value. */
    public long missingFields() {
        return missingFields.sum();
    }

    /** Cells of written rows that hold JSON text, as the field was an object or an array. */
    public long nested() {
        return nested.sum();
    }

    /** Exchanges whose body was not an object. */
    public long rejected() {
        return rejected.sum();
    }

    /** Exchanges whose row could not be written, for example to a full disk. */
    public long failed() {
        return failed.sum();
    }
}
