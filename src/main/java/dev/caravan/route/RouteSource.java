package dev.caravan.route;

import dev.caravan.check.Problem;
import dev.caravan.check.RouteFile;
import dev.caravan.shipped.ShippedFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where route files come from: a folder that can be edited, or the copy inside the jar when there is no folder. Used by one
 * thread at a time.
 */
final class RouteSource {

    /** Far above what a route file can be; what is larger is not even read. */
    private static final long MOST_BYTES = 4L << 20;

    private final Path folder;
    private final boolean editable;
    private List<Path> listed = List.of();

    /**
     * A file as it was found.
     *
     * @param problem why it could not be read; the file's text is empty then
     */
    record Reading(RouteFile file, @Nullable Problem problem) {}

    RouteSource(Path folder) {
        this.folder = folder;
        this.editable = Files.isDirectory(folder);
    }

    boolean isEditable() {
        return editable;
    }

    /**
     * What tells one state of each file from another without reading it: a save changes time, size or, where an editor
     * renames a new file over the old one, the file's key; a copy that keeps the times (cp -p) changes the inode's time
     * alone. Links are followed, so a swapped link counts as a save.
     */
    SortedMap<String, Object> stamps() throws IOException {
        SortedMap<String, Object> stamps = new TreeMap<>();
        for (Path path : list()) {
            String name = path.getFileName().toString();
            if (RouteFile.isNameOfOne(name)) {
                Object stamp = stamp(path);
                if (stamp != null) {
                    stamps.put(name, stamp);
                }
            }
        }
        return stamps;
    }

    private static @Nullable Object stamp(Path path) {
        try {
            return Files.readAttributes(
                    path,
                    path.getFileSystem().supportedFileAttributeViews().contains("unix")
                            ? "unix:lastModifiedTime,size,fileKey,ctime"
                            : "lastModifiedTime,size,fileKey");
        } catch (NoSuchFileException e) {
            // A link to nothing is a file that cannot be read, its routes stay. What is gone from the folder is
            // deleted.
            return Files.exists(path, LinkOption.NOFOLLOW_LINKS) ? "link to nothing" : null;
        } catch (IOException e) {
            // A link in a circle, or into a folder that may not be read: one file's trouble, told when it is read.
            return e.toString();
        }
    }

    /** Names in the folder that somebody may have meant as route files, as the last look has seen them. */
    List<String> otherYaml() throws IOException {
        if (listed.isEmpty() && editable) {
            list();
        }
        return listed.stream()
                .map(path -> path.getFileName().toString())
                .filter(name -> (name.endsWith(".yaml") || name.endsWith(".yml")) && !RouteFile.isNameOfOne(name))
                .filter(name -> !name.startsWith("."))
                .sorted()
                .toList();
    }

    /** Whether a folder has come into being where none was. */
    boolean isFolderNew() {
        return !editable && Files.isDirectory(folder);
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> paths = Files.list(folder)) {
            listed = paths.toList();
            return listed;
        }
    }

    Reading read(String name) {
        Path path = folder.resolve(name);
        RouteFile empty = new RouteFile(name, location(name), "");
        try {
            if (Files.isDirectory(path)) {
                return new Reading(empty, Problem.inFile(empty, "cannot be read: it is a folder", ""));
            }
            if (Files.size(path) > MOST_BYTES) {
                return new Reading(
                        empty,
                        Problem.inFile(
                                empty,
                                "is larger than a route file can be: " + Files.size(path) + " bytes",
                                "is it a log file?"));
            }
            return new Reading(new RouteFile(name, empty.location(), RouteFile.decode(Files.readAllBytes(path))), null);
        } catch (CharacterCodingException e) {
            return new Reading(empty, notText(path, empty));
        } catch (IOException e) {
            return new Reading(empty, unreadable(empty, e));
        }
    }

    static Problem unreadable(RouteFile file, IOException e) {
        if (e instanceof AccessDeniedException) {
            return Problem.inFile(
                    file, "cannot be read: permission denied", "let the user that runs Caravan read it (chmod, chown)");
        }
        return Problem.inFile(
                file, "cannot be read: " + (e instanceof NoSuchFileException ? "it is a link to nothing" : e), "");
    }

    List<Reading> readAll() throws IOException {
        List<Reading> files = new ArrayList<>();
        if (editable) {
            stamps().keySet().forEach(name -> files.add(read(name)));
            return files;
        }
        for (Map.Entry<String, byte[]> shipped : ShippedFiles.below("routes").entrySet()) {
            String name = shipped.getKey().substring("routes/".length());
            if (RouteFile.isNameOfOne(name) && !name.contains("/")) {
                files.add(new Reading(
                        new RouteFile(name, "built-in " + shipped.getKey(), RouteFile.decode(shipped.getValue())),
                        null));
            }
        }
        return files;
    }

    String location(String name) {
        return folder.resolve(name).toString();
    }

    private static Problem notText(Path path, RouteFile file) {
        String rule = "is not UTF-8 text";
        String hint = "save it in UTF-8";
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path));
            if (bytes.limit() > 1 && (bytes.getChar(0) == '\uFEFF' || bytes.getChar(0) == '\uFFFE')) {
                hint = "save it in UTF-8, it is UTF-16";
            }
            CharBuffer some = CharBuffer.allocate(bytes.limit() + 1);
            StandardCharsets.UTF_8.newDecoder().decode(bytes, some, true);
            int line = 1 + (int) some.flip().chars().filter(c -> c == '\n').count();
            return Problem.inLine(file, line, rule, hint);
        } catch (IOException e) {
            return Problem.inFile(file, rule, hint);
        }
    }
}
