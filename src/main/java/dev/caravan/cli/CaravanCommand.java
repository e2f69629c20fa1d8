package dev.caravan.cli;

import dev.caravan.check.Problem;
import dev.caravan.export.ExportQuery;
import dev.caravan.settings.SettingsException;
import dev.caravan.shipped.ShippedFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line: {@code [run] | init | check | test | export | pub | sub | simulate}. Without a command, or with options only, it is
 * {@code run}.
 *
 * <p>Exit codes: 0 done, 1 failed with the reason on standard error, 2 the command line was wrong, 27 {@code sub -W} ran
 * out of time.
 */
@Command(
        name = "java -jar bridge.jar",
        description = "An MQTT broker, bridge and data logger in one jar.",
        synopsisSubcommandLabel = "[run] | init | check | test | export | pub | sub | simulate")
public final class CaravanCommand {

    /** What {@code run} does. */
    @FunctionalInterface
    public interface Runner {

        /**
         * Starts everything and returns when it has stopped.
         *
         * @param settings keys and values of the command line, not validated
         * @param configFile the properties file; it may be absent when it is the default one
         * @return the exit code
         * @throws SettingsException when settings cannot be used: each problem becomes a line, the exit code is 1
         * @throws Exception when the start failed: its message becomes one line, the exit code is 1
         */
        int run(Map<String, String> settings, Path configFile) throws Exception;
    }

    /** What {@code check} does. */
    @FunctionalInterface
    public interface Checker {

        /**
         * Finds what is wrong with a folder's files.
         *
         * @param settings keys and values of the command line, not validated
         * @param configFile the properties file, relative to the folder; it may be absent when it is the default one
         * @return problems and warnings, in no order
         * @throws Exception when nothing could be checked: its message becomes one line, the exit code is 1
         */
        List<Problem> check(Path folder, Map<String, String> settings, Path configFile) throws Exception;
    }

    /** What {@code test} does. */
    @FunctionalInterface
    public interface Tester {

        /**
         * Runs the tests beside the routes.
         *
         * @param out for the results
         * @return the exit code
         * @throws Exception when they cannot be run: its message becomes one line, the exit code is 1
         */
        int test(TestRun run, PrintWriter out) throws Exception;
    }

    /** What {@code export} does. */
    @FunctionalInterface
    public interface Exporter {

        /**
         * Writes the messages that are asked for.
         *
         * @param settings keys and values of the command line, not validated
         * @param configFile the properties file; it may be absent when it is the default one
         * @param out for the messages
         * @param progress is told how it goes, and may end it
         * @throws IOException of {@code out}
         * @throws Exception when the store cannot be read: its message becomes one line, the exit code is 1
         */
        void export(
                ExportQuery query,
                Map<String, String> settings,
                Path configFile,
                OutputStream out,
                ExportProgress progress)
                throws Exception;
    }

    /** How an export goes. */
    @FunctionalInterface
    public interface ExportProgress {

        /**
         * Called after each piece.
         *
         * @param messages written so far
         * @param share of the time that is asked for, from 0 to 1
         * @return whether to go on
         */
        boolean at(long messages, double share);
    }

    /** What the commands do that are more than a client. */
    public record Services(Runner runner, Checker checker, Tester tester, Exporter exporter) {}

    @CommandLine.Option(names = "--help", usageHelp = true, description = "Show this help; each command has its own.")
    private boolean help;

    @CommandLine.Option(names = "--version", versionHelp = true, description = "Show the version.")
    private boolean version;

    private CaravanCommand() {}

    /**
     * Runs one command line to its end, with the process's standard streams.
     *
     * @param version what {@code --version} shows after the name
     * @return the exit code
     */
    public static int execute(Services services, String version, String... args) {
        return execute(services, version, Terminal.ofProcess(), args);
    }

    static int execute(Services services, String version, Terminal terminal, String... args) {
        PrintWriter out = new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8);
        CommandLine commands = new CommandLine(new CaravanCommand())
                .addSubcommand("run", RunCommand.commandLine(services.runner()))
                .addSubcommand("init", new InitCommand(terminal, () -> ShippedFiles.below("")))
                .addSubcommand("check", new CheckCommand(terminal, services.checker()))
                .addSubcommand("test", new TestCommand(services.tester(), terminal))
                .addSubcommand("export", new ExportCommand(services.exporter(), terminal))
                .addSubcommand("pub", new PubCommand(terminal))
                .addSubcommand("sub", new SubCommand(terminal))
                .addSubcommand("simulate", new SimulateCommand(terminal))
                // A payload may begin with @ and look like an option: -m @home, -m -5.
                .setExpandAtFiles(false)
                .setAllowOptionsAsOptionParameters(true)
                .setOverwrittenOptionsAllowed(false)
                .setUsageHelpAutoWidth(true)
                .setOut(out)
                .setErr(terminal.err())
                .setExitCodeExceptionMapper(e -> 1)
                .setParameterExceptionHandler(CaravanCommand::wrongUsage)
                .setExecutionExceptionHandler(CaravanCommand::failure);
        commands.getCommandSpec().version("caravan " + version);
        commands.getSubcommands()
                .values()
                .forEach(c -> c.getCommandSpec().usageMessage().abbreviateSynopsis(true));
        return commands.execute(withCommand(args));
    }

    private static String[] withCommand(String... args) {
        boolean named = args.length > 0
                && (!args[0].startsWith("-") || args[0].equals("--help") || args[0].equals("--version"));
        if (named) {
            return args;
        }
        List<String> all = new ArrayList<>();
        all.add("run");
        all.addAll(List.of(args));
        return all.toArray(String[]::new);
    }

    private static int wrongUsage(CommandLine.ParameterException e, String... args) {
        CommandLine command = e.getCommandLine();
        command.getErr().println(oneLine(e));
        CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
        command.getErr()
                .println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for what can be given.");
        return 2;
    }

    private static int failure(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        if (e instanceof SettingsException settings) {
            settings.problems().forEach(command.getErr()::println);
        } else {
            command.getErr().println("Error: " + oneLine(e));
        }
        return 1;
    }

    private static String oneLine(Throwable e) {
        String message = e.getMessage();
        return message == null || message.isBlank()
                ? e.getClass().getSimpleName()
                : message.strip().replaceAll("\\R", "; ");
    }
}
