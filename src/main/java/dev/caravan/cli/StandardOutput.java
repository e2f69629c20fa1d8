package dev.caravan.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/** Standard output, which tells a reader who has gone from a disk that is full. Whoever began the program closes it. */
final class StandardOutput extends ExplainedOutput {

    /** Whoever read standard output has closed it. */
    static final class ReaderGone extends IOException {
        private static final long serialVersionUID = 1L;

        ReaderGone(IOException cause) {
            super(cause);
        }
    }

    StandardOutput(OutputStream out) {
        super(out);
    }

    @Override
    IOException explained(IOException failure) {
        boolean gone =
                String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
        return gone ? new ReaderGone(failure) : failure;
    }
}
