package dev.caravan.route;

import static dev.caravan.route.EditedRoutes.answering;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which editors and tools write files. */
class RouteFolderEditorsTest {

    @TempDir
    Path home;

    private EditedRoutes routes;

    @BeforeEach
    void start() throws Exception {
        routes = new EditedRoutes(home)
                .write("a", answering("a", "before"))
                .write("b", answering("b", "other"))
                .start();
    }

    @AfterEach
    void stop() {
        routes.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // vim: backup, new file, backup away
                "cp -p a.camel.yaml new; sed -i s/before/after/ new; mv a.camel.yaml a.camel.yaml~; "
                        + "cat new > a.camel.yaml; rm a.camel.yaml~ new",
                "sed -i s/before/after/ a.camel.yaml",
                "sed s/before/after/ a.camel.yaml > ../new; cp ../new a.camel.yaml",
                "sed s/before/after/ a.camel.yaml > ../new; mv ../new a.camel.yaml",
                "sed s/before/after/ a.camel.yaml > ../new; rm a.camel.yaml; ln -s ../new a.camel.yaml",
                "sed s/before/after/ a.camel.yaml > .a.camel.yaml.swp; mv -f .a.camel.yaml.swp a.camel.yaml",
                // a copy that keeps the times of another file
                "sed s/before/after_/ a.camel.yaml > ../new; touch -r a.camel.yaml ../new; cp -p ../new a.camel.yaml; "
                        + "sed -i s/after_/after/ a.camel.yaml",
                "sed s/before/after1/ a.camel.yaml > ../new; touch -r a.camel.yaml ../new; mv ../new a.camel.yaml",
                "sed s/before/after1/ a.camel.yaml > ../new; touch -r a.camel.yaml ../new; cp -p ../new a.camel.yaml",
            })
    void takesWhatAToolSaves(String commands) throws Exception {
        Object other = routes.running("b");

        run(commands);
        routes.look();

        assertThat(routes.ask("a")).startsWith("after");
        assertThat(routes.running("b")).isSameAs(other);
        assertThat(routes.log())
                .filteredOn(line -> !line.contains("1 route changed"))
                .isEmpty();
    }

    @Test
    void takesAWholeFolderThatALinkSwapsAsConfigMapsDo() throws Exception {
        run("rm *; mkdir ../..2026_1 ../..2026_2; ");
        Files.writeString(home.resolve("..2026_1/a.camel.yaml"), answering("a", "first"));
        Files.writeString(home.resolve("..2026_1/b.camel.yaml"), answering("b", "other"));
        Files.writeString(home.resolve("..2026_2/a.camel.yaml"), answering("a", "second"));
        Files.writeString(home.resolve("..2026_2/b.camel.yaml"), answering("b", "other"));
        run("ln -s ../..2026_1 ..data; ln -s ..data/a.camel.yaml .; ln -s ..data/b.camel.yaml .");
        Object other = routes.running("b");
        routes.look();
        assertThat(routes.ask("a")).isEqualTo("first");

        run("ln -s ../..2026_2 ..data_tmp; mv -T ..data_tmp ..data");
        routes.look();

        assertThat(routes.ask("a")).isEqualTo("second");
        assertThat(routes.running("b")).isSameAs(other);
    }

    @Test
    void waitsForASlowWriterToFinish() throws Exception {
        String text = answering("a", "after");
        Path file = routes.file("a");
        Files.write(file, new byte[0]);
        for (int i = 0; i < text.length(); i += 20) {
            routes.folder().look();
            Files.writeString(file, text.substring(i, Math.min(text.length(), i + 20)), StandardOpenOption.APPEND);
        }

        routes.look();

        assertThat(routes.ask("a")).isEqualTo("after");
        assertThat(routes.log()).noneMatch(line -> line.startsWith("ERROR"));
    }

    @Test
    void takesTheSecondOfTwoSavesInOneMoment() throws Exception {
        routes.write("a", answering("a", "first!"));
        routes.folder().look();
        routes.write("a", answering("a", "second"));
        routes.look();

        assertThat(routes.ask("a")).isEqualTo("second");
    }

    @Test
    void runsOnWhenTheFolderIsAwayAndTakesItWhenItIsBack() throws Exception {
        Path folder = routes.path();
        Object b = routes.running("b");
        Files.move(folder, home.resolve("away"));

        routes.look();

        assertThat(routes.ask("a")).isEqualTo("before");
        assertThat(routes.log()).singleElement().asString().contains("WARN", "its routes run on");

        Files.move(home.resolve("away"), folder, StandardCopyOption.ATOMIC_MOVE);
        routes.save("a", answering("a", "after"));

        assertThat(routes.ask("a")).isEqualTo("after");
        assertThat(routes.running("b")).isSameAs(b);
    }

    private void run(String commands) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-ec", commands)
                .directory(routes.path().toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isZero();
    }
}
