package dev.caravan.shipped;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Reads what was packed under {@code shipped/}, from the jar as well as from a folder of classes. Stateless. */
public final class ShippedFiles {

    private static final String ROOT = "shipped";

    private ShippedFiles() {}

    /**
     * Every shipped file below a folder.
     *
     * @param folder for example {@code "routes"}, or {@code ""} for all
     * @return contents by path relative to the shipped root, with {@code /} between names, sorted
     * @throws UncheckedIOException when the jar cannot be read, which a running program does not expect
     */
    public static SortedMap<String, byte[]> below(String folder) {
        try {
            Path code = Path.of(ShippedFiles.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            if (Files.isDirectory(code)) {
                return read(code.resolve(ROOT), folder);
            }
            // A file system of its own, so that closing it disturbs nobody else who reads the same jar.
            try (FileSystem jar = FileSystems.newFileSystem(code)) {
                return read(jar.getPath(ROOT), folder);
            }
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException("this program was built without its folder " + ROOT, e);
        }
    }

    private static SortedMap<String, byte[]> read(Path root, String folder) throws IOException {
        SortedMap<String, byte[]> contents = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root.resolve(folder))) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                contents.put(root.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
            }
        }
        return contents;
    }
}
