package dev.caravan.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.caravan.check.Problem;
import java.io.IOException;
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

/** {@code check}: prints everything that is wrong with a folder's files. */
@Command(
        name = "check",
        description = "Checks settings, broker.xml and routes, and prints every problem with file, line and column. "
                + "Opens no port and touches no data. Exits with 1 if there is a problem; warnings alone are none.",
        footer = {"", "Settings such as --mqtt.port=1884 count as they do for run."},
        customSynopsis = "java -jar bridge.jar check [FOLDER] [--format FORMAT] [--config FILE] [--KEY=VALUE]...%n")
final class CheckCommand implements Callable<Integer> {

    private enum Format {
        text,
        json
    }

    private final Terminal terminal;
    private final CaravanCommand.Checker checker;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES}; default: text.")
    private Format format = Format.text;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file with settings; default config/application.properties in the folder.")
    private @Nullable Path config;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FOLDER",
            defaultValue = ".",
            description = "A folder with routes/, artemis/ and config/, or a folder of routes; default: here.")
    private Path folder = Path.of(".");

    @Unmatched
    private List<String> words = new ArrayList<>();

    CheckCommand(Terminal terminal, CaravanCommand.Checker checker) {
        this.terminal = terminal;
        this.checker = checker;
    }

    @Override
    public Integer call() throws Exception {
        CommandSpec command = Objects.requireNonNull(spec);
        if (!Files.isDirectory(folder)) {
            throw new ParameterException(command.commandLine(), "FOLDER: " + folder + " is not a folder");
        }
        Path file = SettingWords.file(config, command);
        if (config != null) {
            file = file.toAbsolutePath(); // Who names a file does it from here, not from FOLDER.
        }
        List<Problem> problems = checker.check(folder, SettingWords.parse(words, command), file).stream()
                .sorted(Problem.ORDER)
                .toList();
        long errors = problems.stream().filter(p -> !p.warning()).count();
        if (format == Format.json) {
            print(json(problems));
        } else {
            print(text(problems, errors));
        }
        return errors == 0 ? 0 : 1;
    }

    private static String text(List<Problem> problems, long errors) {
        StringBuilder text = new StringBuilder();
        problems.forEach(problem -> text.append(problem).append('\n'));
        long warnings = problems.size() - errors;
        text.append(errors == 0 ? "no problem" : count(errors, "problem"));
        return text.append(warnings == 0 ? "" : ", " + count(warnings, "warning"))
                .toString();
    }

    private static String count(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }

    private static String json(List<Problem> problems) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ArrayNode list = mapper.createArrayNode();
        for (Problem problem : problems) {
            list.addObject()
                    .put("file", problem.location())
                    .put("line", problem.line())
                    .put("column", problem.column())
                    .put("severity", problem.warning() ? "warning" : "error")
                    .put("message", problem.message())
                    .put("hint", problem.hint());
        }
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(list);
    }

    private void print(String text) {
        PrintWriter out = new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8);
        out.println(text);
    }
}
