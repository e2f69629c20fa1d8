package dev.caravan.cli;

import java.io.PrintWriter;
import java.util.Locale;

/** The line that says how an export goes, written over on a terminal; nothing where nobody watches. One thread. */
final class ExportBar {

    private static final long EVERY_NANOS = 200_000_000L;
    private static final int WIDTH = 30;

    private final PrintWriter err;
    private final boolean shown;
    private final long began = System.nanoTime();
    private long last = began;

    /** @param shown whether somebody watches, and sees nothing else there that the line would mix with */
    ExportBar(Terminal terminal, boolean shown) {
        this.err = terminal.err();
        this.shown = shown;
    }

    void showWhenDue(long messages, double share) {
        long now = System.nanoTime();
        if (shown && (now - last >= EVERY_NANOS)) {
            last = now;
            // Carriage return and "erase to the end of the line".
            err.print("\r" + line(messages, share, now - began) + "\u001b[K");
            err.flush();
        }
    }

    static String line(long messages, double share, long nanos) {
        int done = (int) Math.round(share * WIDTH);
        return String.format(
                Locale.ROOT,
                "[%s%s] %3d %%  %,d messages  %,d/s",
                "#".repeat(done),
                "-".repeat(WIDTH - done),
                (int) (share * 100),
                messages,
                Math.round(messages / (Math.max(nanos, 1) / 1e9)));
    }

    /** Takes the line away. */
    void clear() {
        if (shown) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }

    double seconds() {
        return (System.nanoTime() - began) / 1e9;
    }
}
