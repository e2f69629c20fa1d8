package dev.caravan.route;

import dev.caravan.shipped.ShippedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Where route files come from: a folder that can be edited, or the copy inside the jar when there is no folder. */
final class RouteSource {

    private final Path folder;
    private final boolean editable;

    RouteSource(Path folder) {
        this.folder = folder;
        this.editable = Files.isDirectory(folder);
    }

    boolean isEditable() {
        return editable;
    }

    /**
     * What tells one state of each file from another without reading it: a save changes time, size or, where an editor
     * renames a new file over the old one, the file's key.
     */
    SortedMap<String, Object> stamps() throws IOException {
        SortedMap<String, Object> stamps = new TreeMap<>();
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : (Iterable<Path>) paths.filter(RouteSource::isRouteFile)::iterator) {
                try {
                    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
                    stamps.put(
                            path.getFileName().toString(),
                            attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey());
                } catch (NoSuchFileException e) {
                    // Deleted between listing and looking: it is simply not there.
                    continue;
                }
            }
        }
        return stamps;
    }

    /** Names in the folder that somebody may have meant as route files. */
    List<String> otherYaml() throws IOException {
        if (!editable) {
            return List.of();
        }
        try (Stream<Path> paths = Files.list(folder)) {
            return paths.map(path -> path.getFileName().toString())
                    .filter(name ->
                            (name.endsWith(".yaml") || name.endsWith(".yml")) && !name.endsWith(RouteFile.SUFFIX))
                    .sorted()
                    .toList();
        }
    }

    RouteFile read(String name) throws IOException, RouteException {
        Path path = folder.resolve(name);
        RouteFile empty = new RouteFile(name, location(name), "");
        try {
            return new RouteFile(name, empty.location(), decode(Files.readAllBytes(path)));
        } catch (CharacterCodingException e) {
            throw new RouteException(empty, "is not UTF-8 text");
        }
    }

    SortedMap<String, RouteFile> readAll() throws IOException, RouteException {
        SortedMap<String, RouteFile> files = new TreeMap<>();
        if (editable) {
            for (String name : stamps().keySet()) {
                files.put(name, read(name));
            }
            return files;
        }
        for (Map.Entry<String, byte[]> shipped : ShippedFiles.below("routes").entrySet()) {
            String name = shipped.getKey().substring("routes/".length());
            if (name.endsWith(RouteFile.SUFFIX) && !name.contains("/")) {
                files.put(name, new RouteFile(name, "built-in " + shipped.getKey(), decode(shipped.getValue())));
            }
        }
        return files;
    }

    String location(String name) {
        return folder.resolve(name).toString();
    }

    private static boolean isRouteFile(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith(RouteFile.SUFFIX)
                && !name.startsWith(".")
                && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static String decode(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }
}
