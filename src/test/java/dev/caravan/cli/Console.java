package dev.caravan.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Runs one command line in this process and keeps what it says. */
final class Console {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final StringWriter err = new StringWriter();
    private final Terminal terminal;

    Console() {
        this("");
    }

    Console(String in) {
        this(in, false, false);
    }

    Console(String in, boolean interactive, boolean showsOut) {
        terminal = new Terminal(
                new ByteArrayInputStream(in.getBytes(StandardCharsets.UTF_8)),
                out,
                new PrintWriter(err, true),
                interactive,
                showsOut);
    }

    Terminal terminal() {
        return terminal;
    }

    int run(String... args) {
        return run((settings, file) -> 0, args);
    }

    int run(CaravanCommand.Runner runner, String... args) {
        return execute(runner, (folder, settings, file) -> List.of(), (run, out) -> 0, args);
    }

    int check(CaravanCommand.Checker checker, String... args) {
        String[] words = Stream.concat(Stream.of("check"), Stream.of(args)).toArray(String[]::new);
        return execute((settings, file) -> 0, checker, (run, out) -> 0, words);
    }

    int testing(CaravanCommand.Tester tester, String... args) {
        return execute((settings, file) -> 0, (folder, settings, file) -> List.of(), tester, args);
    }

    int exporting(CaravanCommand.Exporter exporter, String... args) {
        String[] words = Stream.concat(Stream.of("export"), Stream.of(args)).toArray(String[]::new);
        return CaravanCommand.execute(
                new CaravanCommand.Services(
                        (settings, file) -> 0, (folder, settings, file) -> List.of(), (run, out) -> 0, exporter),
                "1.2.3",
                terminal,
                words);
    }

    private int execute(
            CaravanCommand.Runner runner,
            CaravanCommand.Checker checker,
            CaravanCommand.Tester tester,
            String... args) {
        return CaravanCommand.execute(
                new CaravanCommand.Services(runner, checker, tester, (query, settings, file, out, progress) -> {}),
                "1.2.3",
                terminal,
                args);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
        return err.toString();
    }
}
