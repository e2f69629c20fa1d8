package dev.caravan.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command reads from and writes to.
 *
 * @param in standard input
 * @param out standard output as bytes; unlike {@code System.out} it tells when the reader has gone
 * @param err standard error; flushes with each line
 * @param interactive whether a person watches standard error, so that a line may be written over
 * @param showsOut whether that person sees standard output between the lines of standard error
 */
record Terminal(InputStream in, OutputStream out, PrintWriter err, boolean interactive, boolean showsOut) {

    /** The process's own. */
    static Terminal ofProcess() {
        return new Terminal(
                new FileInputStream(FileDescriptor.in),
                new FileOutputStream(FileDescriptor.out),
                new PrintWriter(System.err, true),
                isTerminal(2),
                isTerminal(1));
    }

    /** Java tells of a console only where standard output is one too, and that one goes into a file more often than not. */
    private static boolean isTerminal(int descriptor) {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        try {
            String target = Files.readSymbolicLink(link).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null; // Not Linux.
        }
    }
}
