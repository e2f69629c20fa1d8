package dev.caravan.cli;

import dev.caravan.settings.Key;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code run}: collects settings and hands them to the root. */
@Command(
        name = "run",
        description = "Runs broker, routes and HTTP until it is stopped. This is the default command.",
        customSynopsis = "java -jar bridge.jar [run] [--config FILE] [--KEY=VALUE]...%n")
final class RunCommand implements Callable<Integer> {

    private final CaravanCommand.Runner runner;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file with settings; default config/application.properties.")
    private @Nullable Path config;

    @Unmatched
    private List<String> words = new ArrayList<>();

    private RunCommand(CaravanCommand.Runner runner) {
        this.runner = runner;
    }

    static CommandLine commandLine(CaravanCommand.Runner runner) {
        CommandLine line = new CommandLine(new RunCommand(runner));
        List<String> footer = new ArrayList<>();
        footer.add("%nSettings, as --KEY=VALUE, as an environment variable (MQTT_PORT) or in the file:");
        for (Key key : Key.values()) {
            footer.add(escaped("  --" + key.dotted() + "=" + key.defaultValue()));
            footer.add(escaped("        " + key.description()));
        }
        line.getCommandSpec().usageMessage().footer(footer.toArray(String[]::new));
        return line;
    }

    private static String escaped(String text) {
        return text.replace("%", "%%");
    }

    @Override
    public Integer call() throws Exception {
        Map<String, String> settings = SettingWords.parse(words, Objects.requireNonNull(spec));
        return runner.run(settings, SettingWords.file(config, spec));
    }
}
