package dev.caravan.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The routes, broker files and configuration inside this program.
 *
 * @param code the jar, or the folder of compiled classes, that holds the folder {@code shipped}
 */
record ShippedFiles(Path code) {

    private static final String FOLDER = "shipped";

    static ShippedFiles ofThisJar() {
        try {
            URL location =
                    ShippedFiles.class.getProtectionDomain().getCodeSource().getLocation();
            return new ShippedFiles(Path.of(location.toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Every file by its path relative to the folder, with {@code /} between the names.
     *
     * @throws IOException also when there is none
     */
    Map<String, byte[]> all() throws IOException {
        Map<String, byte[]> files;
        if (Files.isDirectory(code)) {
            files = below(code.resolve(FOLDER));
        } else {
            try (FileSystem jar = FileSystems.newFileSystem(code)) {
                files = below(jar.getPath("/" + FOLDER));
            }
        }
        if (files.isEmpty()) {
            throw new IOException(code + " holds no folder '" + FOLDER + "'");
        }
        return files;
    }

    private static Map<String, byte[]> below(Path folder) throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            return files;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                files.put(folder.relativize(path).toString().replace('\\', '/'), Files.readAllBytes(path));
            }
        }
        return files;
    }
}
