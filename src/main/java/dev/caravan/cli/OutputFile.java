package dev.caravan.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that appears when it is complete; until then it is {@code FILE.part}, which closing takes away. Every failure names
 * the file.
 */
final class OutputFile extends ExplainedOutput {

    private final Path file;
    private final Path part;
    private final OutputStream out;

    private OutputFile(Path file, Path part, OutputStream out) {
        super(out);
        this.file = file;
        this.part = part;
        this.out = out;
    }

    /** @throws IOException where it cannot be written */
    static OutputFile open(Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            return new OutputFile(file, part, Files.newOutputStream(part));
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    @Override
    IOException explained(IOException failure) {
        return cannotWrite(file, failure);
    }

    /** Nothing more comes: the file takes the place of an older one. */
    void complete() throws IOException {
        try {
            out.close();
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw cannotWrite(file, e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            out.close();
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static IOException cannotWrite(Path file, IOException e) {
        return new IOException("cannot write " + file + ": " + reason(e), e);
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such folder";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
