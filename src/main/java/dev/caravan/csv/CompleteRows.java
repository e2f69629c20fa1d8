package dev.caravan.csv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * How far a CSV file is whole. A line end inside quotes does not end a row, so the file is read from its beginning:
 * about a second for each gigabyte.
 *
 * @param firstEnd offset in bytes after the first row, the header; 0 when there is no whole row
 * @param lastEnd offset in bytes after the last whole row
 * @param size size of the file in bytes; what lies between {@code lastEnd} and here is a torn row
 */
record CompleteRows(long firstEnd, long lastEnd, long size) {

    private static final int FIELD_START = 0;
    private static final int PLAIN = 1;
    private static final int QUOTED = 2;
    private static final int QUOTE_IN_QUOTED = 3;

    static CompleteRows of(Path file) throws IOException {
        long firstEnd = 0;
        long lastEnd = 0;
        long offset = 0;
        int state = FIELD_START;
        byte[] bytes = new byte[1 << 16];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (int n = read(channel, bytes); n > 0; n = read(channel, bytes)) {
                for (int i = 0; i < n; i++) {
                    state = next(state, bytes[i]);
                    if (state == FIELD_START && bytes[i] == '\n') {
                        lastEnd = offset + i + 1;
                        firstEnd = firstEnd == 0 ? lastEnd : firstEnd;
                    }
                }
                offset += n;
            }
        }
        return new CompleteRows(firstEnd, lastEnd, offset);
    }

    private static int read(FileChannel channel, byte[] bytes) throws IOException {
        return channel.read(ByteBuffer.wrap(bytes));
    }

    /** A quote opens a quoted cell only as its first character: one that an editor left elsewhere is plain text. */
    private static int next(int state, byte b) {
        if (state == QUOTED) {
            return b == '"' ? QUOTE_IN_QUOTED : QUOTED;
        }
        if (b == ',' || b == '\n') {
            return FIELD_START;
        }
        return b == '"' && state != PLAIN ? QUOTED : PLAIN;
    }
}
