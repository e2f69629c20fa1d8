package dev.caravan.csv;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts of a {@link CsvLogComponent} since it was made, over all its files. Thread-safe; a count may lag by a row. */
public final class CsvLogState {

    final LongAdder failed = new LongAdder();
    private final LongAdder rows = new LongAdder();
    private final LongAdder unknownFields = new LongAdder();
    private final LongAdder missingFields = new LongAdder();
    private final LongAdder nested = new LongAdder();
    private final Map<String, LongAdder> rejects = new ConcurrentHashMap<>();
    private final Map<String, CsvLogHealth> logs = new ConcurrentHashMap<>();

    CsvLogState() {}

    void written(Row row) {
        rows.increment();
        if (row.unknownFields() > 0) {
            unknownFields.add(row.unknownFields());
        }
        if (row.missingFields() > 0) {
            missingFields.add(row.missingFields());
        }
        if (row.nested() > 0) {
            nested.add(row.nested());
        }
    }

    void rejected(RowException reject) {
        rejects.computeIfAbsent(reject.reason(), reason -> new LongAdder()).increment();
    }

    void opened(String name, CsvLogHealth health) {
        logs.put(name, health);
    }

    void closed(String name) {
        logs.remove(name);
    }

    /** Rows written. */
    public long rows() {
        return rows.sum();
    }

    /** Fields of written rows that no column is named after; they were left out. */
    public long unknownFields() {
        return unknownFields.sum();
    }

    /** Cells of written rows left empty, as no source of the column had a value. */
    public long missingFields() {
        return missingFields.sum();
    }

    /** Cells of written rows that hold JSON text, as the field was an object or an array. */
    public long nested() {
        return nested.sum();
    }

    /** Exchanges that made no row. */
    public long rejected() {
        return rejects.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /** The same by reason, such as {@code payload is not a JSON object}. */
    public Map<String, Long> rejectedByReason() {
        Map<String, Long> counts = new TreeMap<>();
        rejects.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }

    /** Rows that could not be written at an attempt, for example to a full disk. */
    public long failed() {
        return failed.sum();
    }

    /** The logs that are open, by name. */
    public List<CsvLogReport> logs() {
        return new TreeMap<>(logs).values().stream().map(CsvLogHealth::report).toList();
    }
}
