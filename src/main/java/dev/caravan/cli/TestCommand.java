package dev.caravan.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code test}: hands the folder to whoever runs the tests in it. */
@Command(
        name = "test",
        description = "Runs the tests beside routes, routes/tests/*.test.yaml, without a broker.",
        footer = {"", "Exit codes: 0 all hold, 1 one does not, 2 the command line is wrong."},
        customSynopsis = "java -jar bridge.jar test [FOLDER] [--junit FILE] [--config FILE] [--KEY=VALUE]...%n")
final class TestCommand implements Callable<Integer> {

    private final CaravanCommand.Tester tester;
    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Option(names = "--junit", paramLabel = "FILE", description = "Also write the results as JUnit's XML.")
    private @Nullable Path junit;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file with settings; default config/application.properties in the folder.")
    private @Nullable Path config;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FOLDER",
            description =
                    "The folder that holds routes/, or the routes themselves; default: here, and where here are no "
                            + "routes, the built-in ones.")
    private @Nullable Path folder;

    @Unmatched
    private List<String> words = new ArrayList<>();

    TestCommand(CaravanCommand.Tester tester, Terminal terminal) {
        this.tester = tester;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        demand("--config", config, config == null || Files.isRegularFile(config), "file");
        demand("FOLDER", folder, folder == null || Files.isDirectory(folder), "folder");
        return tester.test(
                new TestRun(folder, junit, config, SettingWords.parse(words, Objects.requireNonNull(spec))),
                new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8));
    }

    private void demand(String name, @Nullable Path path, boolean holds, String what) {
        if (!holds) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(), name + ": " + path + " is not a " + what);
        }
    }
}
