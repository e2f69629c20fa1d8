package dev.caravan.csv;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Where the rows of one write are put together. One for all files of a log: each may be as large as a write, and there may
 * be thousands of files. Keeps {@value #MOST_KEPT_BYTES} bytes at most. For one thread.
 */
final class RowBuffer {

    static final int MOST_KEPT_BYTES = 1 << 20;

    private byte[] kept = new byte[1 << 13];

    /**
     * The lines of rows behind each other; valid until the next call.
     *
     * @param length sum of the lines' lengths
     */
    ByteBuffer join(List<PendingRow> rows, int length) {
        if (rows.size() == 1) {
            return ByteBuffer.wrap(rows.get(0).line());
        }
        byte[] bytes = atLeast(length);
        int at = 0;
        for (PendingRow row : rows) {
            System.arraycopy(row.line(), 0, bytes, at, row.line().length);
            at += row.line().length;
        }
        return ByteBuffer.wrap(bytes, 0, length);
    }

    private byte[] atLeast(int length) {
        if (length > MOST_KEPT_BYTES) {
            return new byte[length];
        }
        if (kept.length < length) {
            kept = new byte[Math.min(MOST_KEPT_BYTES, Math.max(length, 2 * kept.length))];
        }
        return kept;
    }

    int keptBytes() {
        return kept.length;
    }
}
