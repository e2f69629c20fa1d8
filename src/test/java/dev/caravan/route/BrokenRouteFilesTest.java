package dev.caravan.route;

import static dev.caravan.route.EditedRoutes.answering;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is saved over a route file, its last good version and all other files run on, the problem is told with its
 * place and what would be right, and the next good save runs. All rows go one after the other through one program.
 */
class BrokenRouteFilesTest {

    private static final String SHARED = """
            - routeConfiguration:
                id: error-handling
                onException:
                  - onException:
                      exception: [java.lang.Exception]
                      steps:
                        - log: failed
            - routeTemplate:
                id: greeting
                parameters:
                  - name: name
                from:
                  uri: direct:{{name}}
                  steps:
                    - setBody:
                        constant: hello
            """;

    private static final String CALLER = """
            - route:
                id: caller
                description: Calls what is edited.
                from:
                  uri: direct:caller
                  steps:
                    - to: direct:edited
            """;

    @TempDir
    static Path home;

    private static EditedRoutes routes;

    private int saves;

    /**
     * A file that cannot run.
     *
     * @param place {@code line:} or {@code line:column}; {@code file} where no line is to blame
     */
    record Broken(String name, String place, String message, String hint, byte[] content) {

        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Files.createDirectories(home.resolve("data/csv"));
        Files.writeString(home.resolve("data/csv/taken.csv"), "x,y,z\n");
        routes = new EditedRoutes(home)
                .write("shared", SHARED)
                .write("other", answering("other", "other"))
                .write("caller", CALLER)
                .write("edited", answering("edited", "good 0"))
                .start();
    }

    @AfterAll
    static void stop() {
        routes.close();
    }

    @BeforeEach
    void saveWhatIsGood() throws Exception {
        routes.save("edited", answering("edited", "good"));
        assertThat(routes.ask("edited")).isEqualTo("good");
    }

    @AfterEach
    void saveWhatMends() throws Exception {
        String mended = "mended " + ++saves;
        if (Files.isDirectory(routes.file("edited")) || Files.isSymbolicLink(routes.file("edited"))) {
            routes.delete("edited");
        }
        routes.save("edited", answering("edited", mended));
        assertThat(routes.ask("edited")).isEqualTo(mended);
        assertThat(routes.ask("caller")).isEqualTo(mended);
        assertThat(routes.state("edited").status()).isEqualTo(RouteFileState.Status.RUNNING);
        assertThat(routes.state("edited").problems()).isEmpty();
        assertThat(routes.log()).anyMatch(line -> line.startsWith("INFO reloaded " + routes.file("edited")));
    }

    static Stream<Broken> files() throws IOException {
        return Stream.concat(table().stream(), notEvenText());
    }

    private static List<Broken> table() throws IOException {
        try (InputStream in = BrokenRouteFilesTest.class.getResourceAsStream("broken-route-files.txt")) {
            String table = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            List<Broken> rows = new ArrayList<>();
            for (String row : table.split("(?m)^=== ", -1)) {
                String[] parts = row.split("\n", 3);
                if (parts.length == 3 && parts[1].startsWith("--- ")) {
                    String[] expected = parts[1].substring(4).split("\\|", -1);
                    rows.add(new Broken(
                            parts[0],
                            expected[0].strip(),
                            expected[1].strip(),
                            expected[2].strip(),
                            parts[2].getBytes(StandardCharsets.UTF_8)));
                }
            }
            return rows;
        }
    }

    private static Stream<Broken> notEvenText() {
        String good = answering("edited", "new");
        byte[] zeros = good.getBytes(StandardCharsets.UTF_8);
        zeros[zeros.length - 20] = 0;
        byte[] latin = good.replace("new", "grün").getBytes(StandardCharsets.ISO_8859_1);
        byte[] big = new byte[10 << 20];
        Arrays.fill(big, (byte) '#');
        return Stream.of(
                new Broken("an empty file", "file", "is empty", "delete the file", new byte[0]),
                new Broken("white space only", "file", "is empty", "delete the file", bytes("\n  \n\n")),
                new Broken("10 MB", "file", "is larger than a route file can be: 10485760 bytes", "log file", big),
                new Broken(
                        "1.5 MB",
                        "file",
                        "is larger than such a file can be",
                        "log file",
                        bytes("# x\n".repeat(400_000))),
                new Broken("10,000 levels", "1:", "is nested deeper than 100 levels", "", bytes("[".repeat(10_000))),
                new Broken(
                        "10,000 levels of maps",
                        "1:",
                        "is nested deeper than 100 levels",
                        "",
                        bytes("{a: ".repeat(10_000) + "}".repeat(10_000))),
                new Broken("a NUL in the text", "9", "U+0000", "is it a text file?", zeros),
                new Broken("UTF-16", "1", "is not UTF-8 text", "it is UTF-16", good.getBytes(StandardCharsets.UTF_16)),
                new Broken("Latin-1", "9", "is not UTF-8 text", "save it in UTF-8", latin),
                new Broken("a picture", "1", "is not UTF-8 text", "save it in UTF-8", new byte[] {
                    (byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 72
                }));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("files")
    void keepsTheLastGoodVersionAndSaysWhereAndWhat(Broken broken) throws Exception {
        Object other = routes.running("other");
        Object edited = routes.running("edited");

        routes.write("edited", broken.content()).look();

        expectLastGood(broken);
        assertThat(routes.running("other")).isSameAs(other);
        if (!broken.message().startsWith("the header is")) {
            assertThat(routes.running("edited")).isSameAs(edited);
        }
    }

    @Test
    void keepsTheLastGoodVersionWhereAFolderHasTheFilesName() throws Exception {
        routes.delete("edited");
        Files.createDirectory(routes.file("edited"));

        routes.look();

        expectLastGood(new Broken("", "file", "cannot be read: it is a folder", "", new byte[0]));
    }

    @Test
    void keepsTheLastGoodVersionWhereALinkLeadsNowhere() throws Exception {
        routes.delete("edited");
        Files.createSymbolicLink(routes.file("edited"), home.resolve("nowhere"));

        routes.look();

        expectLastGood(new Broken("", "file", "cannot be read: it is a link to nothing", "", new byte[0]));
    }

    @Test
    void readsWindowsLineEndsAndByteOrderMarks() throws Exception {
        routes.save("edited", answering("edited", "windows").replace("\n", "\r\n"));
        assertThat(routes.ask("edited")).isEqualTo("windows");

        routes.save("edited", "\uFEFF" + answering("edited", "marked"));
        assertThat(routes.ask("edited")).isEqualTo("marked");
    }

    private static void expectLastGood(Broken broken) throws Exception {
        String file = routes.file("edited").toString();
        String place = broken.place().equals("file") ? file : file + ":" + broken.place();
        assertThat(routes.state("edited").problems())
                .as("what is told of %s", new String(broken.content(), 0, Math.min(300, broken.content().length)))
                .anyMatch(problem -> problem.startsWith(place)
                        && problem.contains(broken.message())
                        && problem.substring(problem.indexOf(broken.message())).contains(broken.hint()));
        assertThat(routes.log())
                .anyMatch(line -> line.startsWith("ERROR not reloaded, the last good version keeps running: " + file));
        assertThat(routes.state("edited").status()).isEqualTo(RouteFileState.Status.LAST_GOOD);
        assertThat(routes.ask("edited")).isEqualTo("good");
        assertThat(routes.ask("caller")).isEqualTo("good");
        assertThat(routes.ask("other")).isEqualTo("other");
    }
}
