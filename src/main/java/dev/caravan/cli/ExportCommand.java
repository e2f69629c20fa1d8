package dev.caravan.cli;

import dev.caravan.export.ExportQuery;
import dev.caravan.export.QueryException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** {@code export}: writes kept messages to standard output or to a file. */
@Command(
        name = "export",
        description =
                "Writes messages of the message store as CSV, NDJSON or JSON, beside a running program or without one.",
        footer = {
            "",
            "Times: 2026-01-31T12:00:00Z, without a zone in UTC, seconds since 1970, or ago: -15m, -1h, -7d.",
            "Settings such as --data.directory=DIR or --store.url=jdbc:postgresql:... say which store; default: data.",
            "Exit codes: 0 done, 1 failed, 2 the command line is wrong."
        },
        customSynopsis = "java -jar bridge.jar export --topic FILTER [OPTION]... [--config FILE] [--KEY=VALUE]...%n")
final class ExportCommand implements Callable<Integer> {

    private final CaravanCommand.Exporter exporter;
    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--help", usageHelp = true, description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "FILTER",
            required = true,
            description = "Topic filter, such as 'sensors/#'.")
    private String topic = "";

    @Option(names = "--from", paramLabel = "TIME", description = "From this time on; default: the oldest message.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "TIME", description = "Before this time; default: the newest message.")
    private @Nullable String to;

    @Option(names = "--limit", paramLabel = "COUNT", description = "At most so many messages, the oldest.")
    private @Nullable String limit;

    @Option(
            names = "--filter",
            paramLabel = "CONDITION",
            description = "Only payloads for which this holds: '$.temperature > 20 && $.unit == \"C\"'.")
    private @Nullable String filter;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "csv",
            description = "csv, ndjson or json; default csv.")
    private String format = "csv";

    @Option(
            names = "--columns",
            paramLabel = "FIELDS",
            description = "Fields of the payload as columns of CSV: temperature,gps.lat,values.0.")
    private @Nullable String columns;

    @Option(
            names = "--raw",
            description =
                    "Every cell of CSV as it is. Without, what a spreadsheet would run as a formula gets a ' before it.")
    private boolean raw;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write to this file, which appears when it is complete; until then it is FILE.part.")
    private @Nullable Path output;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file with settings; default config/application.properties.")
    private @Nullable Path config;

    @Unmatched
    private List<String> words = new ArrayList<>();

    ExportCommand(CaravanCommand.Exporter exporter, Terminal terminal) {
        this.exporter = exporter;
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws Exception {
        ExportQuery query = query();
        Map<String, String> settings = SettingWords.parse(words, Objects.requireNonNull(spec));
        Work work = new Work(query, settings, SettingWords.file(config, spec));
        try (StopSignal stop = new StopSignal()) {
            return output == null ? toStandardOutput(work, stop) : toFile(output, work, stop);
        }
    }

    private record Work(ExportQuery query, Map<String, String> settings, Path config) {}

    private ExportQuery query() {
        try {
            return ExportQuery.parse(
                    name -> switch (name) {
                        case "topic" -> topic;
                        case "from" -> from;
                        case "to" -> to;
                        case "limit" -> limit;
                        case "filter" -> filter;
                        case "format" -> format;
                        case "columns" -> columns;
                        case "raw" -> Boolean.toString(raw);
                        default -> null;
                    },
                    Clock.systemUTC());
        } catch (QueryException e) {
            throw wrong("--" + e.parameter() + " " + e.rule());
        }
    }

    private int toStandardOutput(Work work, StopSignal stop) throws Exception {
        StandardOutput out = new StandardOutput(terminal.out());
        try {
            return run(work, out, stop);
        } catch (StandardOutput.ReaderGone e) {
            return 0; // As with "| head": who asked has enough.
        }
    }

    private int toFile(Path file, Work work, StopSignal stop) throws Exception {
        try (OutputFile out = OutputFile.open(file)) {
            int code = run(work, out, stop);
            if (code == 0) {
                out.complete();
            }
            return code;
        }
    }

    private int run(Work work, OutputStream out, StopSignal stop) throws Exception {
        ExportBar bar = new ExportBar(terminal, terminal.interactive() && (output != null || !terminal.showsOut()));
        long[] written = new long[1];
        boolean[] stopped = new boolean[1];
        try {
            exporter.export(work.query(), work.settings(), work.config(), out, (messages, share) -> {
                written[0] = messages;
                bar.showWhenDue(messages, share);
                stopped[0] = share < 1 && stop.isWanted();
                return !stopped[0];
            });
        } finally {
            bar.clear();
        }
        if (stopped[0]) {
            terminal.err().println("Error: stopped; the export is not complete");
            return 1;
        }
        if (written[0] == 0) {
            terminal.err().println("no message matches");
        } else if (terminal.interactive() || output != null) {
            terminal.err()
                    .println(String.format(Locale.ROOT, "%,d messages exported in %.1f s", written[0], bar.seconds()));
        }
        return 0;
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }
}
