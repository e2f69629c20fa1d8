package dev.caravan.routetest;

import dev.caravan.check.Problem;
import dev.caravan.check.RouteFile;
import dev.caravan.settings.Spelling;
import dev.caravan.shipped.ShippedFiles;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** The tests of a folder of routes, on disk or inside the jar. Reads test files once. */
final class TestFiles {

    static final String TEST = ".test.yaml";
    static final String TESTS = "tests";

    /** How messages name the folder, with the separator behind. */
    private final String prefix;

    private final SortedMap<String, byte[]> tests;
    private final PayloadFiles payloads;

    private TestFiles(String prefix, SortedMap<String, byte[]> tests, PayloadFiles payloads) {
        this.prefix = prefix;
        this.tests = tests;
        this.payloads = payloads;
    }

    static TestFiles in(Path folder) throws IOException {
        Path tests = folder.resolve(TESTS);
        String prefix = folder.toString().isEmpty() ? "" : folder + "/";
        return new TestFiles(prefix, read(tests, TEST), name -> {
            Path file = tests.resolve(name).normalize();
            if (!file.startsWith(tests.normalize())) {
                throw new IOException("'" + name + "' is not in the folder of the tests");
            }
            try {
                if (!file.toRealPath().startsWith(tests.toRealPath())) {
                    throw new IOException("'" + name + "' is a link that leads out of the folder of the tests");
                }
                return Files.readAllBytes(file);
            } catch (NoSuchFileException e) {
                throw new IOException("there is no file " + file, e);
            }
        });
    }

    static TestFiles builtIn() {
        SortedMap<String, byte[]> tests = new TreeMap<>();
        SortedMap<String, byte[]> others = new TreeMap<>();
        ShippedFiles.below("routes").forEach((path, content) -> {
            String name = path.substring("routes/".length());
            String inTests = name.startsWith(TESTS + "/") ? name.substring(TESTS.length() + 1) : "";
            if (inTests.endsWith(TEST) && !inTests.contains("/")) {
                tests.put(inTests, content);
            } else {
                others.put(inTests, content);
            }
        });
        return new TestFiles("built-in routes/", tests, name -> {
            byte[] content = others.get(name);
            if (content == null) {
                throw new IOException("there is no built-in file routes/" + TESTS + "/" + name);
            }
            return content;
        });
    }

    private static SortedMap<String, byte[]> read(Path folder, String suffix) throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            return files;
        }
        try (Stream<Path> paths = Files.list(folder)) {
            for (Path path : (Iterable<Path>) paths.filter(Files::isRegularFile)::iterator) {
                String name = path.getFileName().toString();
                if (name.endsWith(suffix) && !name.startsWith(".")) {
                    files.put(name, Files.readAllBytes(path));
                }
            }
        }
        return files;
    }

    /** The names of the test files. */
    SortedSet<String> testNames() {
        return new TreeSet<>(tests.keySet());
    }

    String testLocation(String name) {
        return prefix + TESTS + "/" + name;
    }

    List<TestCase> tests(String name) throws TestFileException {
        byte[] content = tests.getOrDefault(name, new byte[0]);
        return TestFileReader.read(testLocation(name), text(testLocation(name), content), payloads);
    }

    private static String text(String location, byte[] content) throws TestFileException {
        try {
            return RouteFile.decode(content);
        } catch (CharacterCodingException e) {
            throw new TestFileException(
                    List.of(new Problem(location, 0, 0, false, "is not UTF-8 text", "save it in UTF-8")));
        }
    }

    /** What there is where there is no such route. */
    static String nearest(String id, Collection<String> known) {
        return known.isEmpty() ? "there are no routes" : "the nearest is '" + Spelling.nearest(id, known) + "'";
    }
}
