package dev.caravan.cli;

import dev.caravan.shipped.ShippedFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code init}: writes the shipped files into a folder, to be edited there. */
@Command(
        name = "init",
        description = "Writes the shipped routes/, artemis/ and config/ into a folder, to be edited there. "
                + "Files that exist are kept.")
final class InitCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Option(names = "--force", description = "Replace files that differ; the old one is kept as NAME.bak.")
    private boolean force;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FOLDER",
            defaultValue = ".",
            description = "Where to write; default: here.")
    private Path folder = Path.of(".");

    InitCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        PrintWriter out = new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8);
        try {
            for (Map.Entry<String, byte[]> file : ShippedFiles.below("").entrySet()) {
                Path target = folder.resolve(file.getKey()).normalize();
                out.println(write(target, file.getValue()));
            }
        } catch (FileAlreadyExistsException e) {
            throw new IOException(e.getFile() + " is in the way of a folder", e);
        } catch (NoSuchFileException | java.nio.file.AccessDeniedException e) {
            throw new IOException(
                    e.getFile() + " cannot be written: " + e.getClass().getSimpleName(), e);
        }
        return 0;
    }

    private String write(Path target, byte[] content) throws IOException {
        Path parent = target.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.write(target, content, StandardOpenOption.CREATE_NEW);
            return "wrote     " + target;
        }
        if (Files.isRegularFile(target) && Arrays.equals(Files.readAllBytes(target), content)) {
            return "unchanged " + target;
        }
        if (!force) {
            return "kept      " + target + " (it differs; --force replaces it)";
        }
        Path old = freeName(target);
        Files.move(target, old);
        Files.write(target, content, StandardOpenOption.CREATE_NEW);
        return "replaced  " + target + " (the old one is " + old.getFileName() + ")";
    }

    /** A backup is never overwritten by the next one: it may be the only copy of somebody's work. */
    private static Path freeName(Path target) {
        Path free = target.resolveSibling(target.getFileName() + ".bak");
        for (int i = 2; Files.exists(free, LinkOption.NOFOLLOW_LINKS); i++) {
            free = target.resolveSibling(target.getFileName() + ".bak" + i);
        }
        return free;
    }
}
