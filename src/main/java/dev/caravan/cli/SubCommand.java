package dev.caravan.cli;

import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sub}: subscribes and prints as mosquitto_sub does. */
@Command(
        name = "sub",
        description = "Subscribes to a broker and prints what comes. The options are those of mosquitto_sub.",
        footer = {
            "%nFormats of -F: %%t topic, %%p payload, %%x %%X payload in hexadecimal, %%l its length, %%q QoS,",
            "%%r retained, %%I time, %%U seconds since 1970, %%j everything as JSON, %%J with a payload that is JSON,",
            "%%C content type, %%R response topic, %%P user properties, %%%% a %%; \\n \\t \\r \\0 \\a \\e \\\\."
        })
final class SubCommand implements Callable<Integer> {

    /** As of mosquitto_sub. */
    static final int OUT_OF_TIME = 27;

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private BrokerOptions brokerOptions = new BrokerOptions();

    @Mixin
    private ClientOptions client = new ClientOptions();

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "FILTER",
            description = "Topic filter, also $share/group/filter; may be repeated.")
    private List<String> topics = new ArrayList<>();

    @Option(
            names = {"-T", "--filter-out"},
            paramLabel = "FILTER",
            description = "Do not print topics that match; may be repeated.")
    private List<String> filteredOut = new ArrayList<>();

    @Option(
            names = {"-q", "--qos"},
            paramLabel = "QOS",
            defaultValue = "0",
            description = "Highest QoS to receive with; default 0.")
    private int qos;

    @Option(
            names = {"-c", "--disable-clean-session"},
            description = "The broker keeps subscriptions and messages while we are away, without end; needs -i.")
    private boolean persistent;

    @Option(names = "-C", paramLabel = "COUNT", description = "End after so many printed messages.")
    private long count;

    @Option(
            names = "-W",
            paramLabel = "SECONDS",
            description = "End after so many seconds from the connection, with exit code 27.")
    private long timeout;

    @Option(
            names = {"-v", "--verbose"},
            description = "Print the topic before the payload.")
    private boolean verbose;

    @Option(names = "-R", description = "Do not print stale messages, those with the retained flag.")
    private boolean noStale;

    @Option(
            names = "--retained-only",
            description = "Print retained messages only; the first that is not retained is the end.")
    private boolean retainedOnly;

    @Option(names = "-N", description = "No line end after a message.")
    private boolean noNewLine;

    @Option(names = "-F", paramLabel = "FORMAT", description = "How to print; see below.")
    private @Nullable String format;

    SubCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    private record Plan(
            Broker broker, Session session, List<String> filters, MessagePrinter.Wanted wanted, MessageFormat format) {}

    /** Tells of the connection on standard error. */
    private record Report(PrintWriter err, boolean debug) implements MqttLink.Events {

        @Override
        public void connected() {
            if (debug) {
                err.println("CONNACK: connected");
            }
        }

        @Override
        public void lost(String reason) {
            err.println("Warning: no connection, trying again: " + reason);
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Plan plan;
        try {
            plan = plan();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
        }
        PrintWriter err = client.quiet ? new PrintWriter(Writer.nullWriter()) : terminal.err();
        MessagePrinter printer =
                new MessagePrinter(plan.wanted(), plan.format(), terminal.out(), err, Clock.systemDefaultZone());
        try (StopSignal stop = new StopSignal();
                MqttLink link = MqttLink.create(plan.broker(), plan.session(), new Report(err, client.debug))) {
            link.receive(printer);
            link.connect().get();
            CompletableFuture<Boolean> granted = subscribe(link, plan.filters(), err);
            granted.thenAccept(any -> {
                if (!any) {
                    stop.stop();
                }
            });
            MessagePrinter.End end = printer.run(stop);
            if (persistent && link.isConnected()) {
                LinkLifecycle.await(link.settle(), LinkLifecycle.CLOSE_SECONDS);
            }
            if (!granted.getNow(true)) {
                return 1;
            }
            return end == MessagePrinter.End.OUT_OF_TIME ? OUT_OF_TIME : 0;
        } catch (ExecutionException e) {
            err.println("Error: " + plan.broker() + ": " + LinkFailure.text(e));
            return 1;
        }
    }

    private Plan plan() throws IOException {
        List<String> filters = new ArrayList<>(topics);
        if (client.url != null) {
            filters.add(client.url.topic());
        }
        if (filters.isEmpty()) {
            throw new IllegalArgumentException("-t FILTER is missing");
        }
        filters.forEach(MqttTopicFilter::of);
        if (persistent && client.clientId.isEmpty()) {
            throw new IllegalArgumentException("-c needs -i: the broker knows the session by it");
        }
        if (count < 0 || timeout < 0) {
            throw new IllegalArgumentException("-C and -W must not be below 0");
        }
        ClientOptions.qos("-q", qos);
        List<TopicFilter> out = filteredOut.stream().map(TopicFilter::new).toList();
        MessagePrinter.Wanted wanted = new MessagePrinter.Wanted(
                message -> !(noStale && message.retain()) && !matchesAny(out, message.topic()),
                retainedOnly,
                count,
                timeout == 0 ? null : Duration.ofSeconds(timeout));
        return new Plan(
                brokerOptions.broker(client.url),
                new Session(client.clientId, persistent, client.will(), true),
                filters,
                wanted,
                format == null ? MessageFormat.plain(verbose, !noNewLine) : MessageFormat.of(format, !noNewLine));
    }

    private static boolean matchesAny(List<TopicFilter> filters, String topic) {
        if (filters.isEmpty()) {
            return false;
        }
        TopicName name = new TopicName(topic);
        return filters.stream().anyMatch(filter -> filter.matches(name));
    }

    /**
     * Does not wait: what the first subscription brings may fill the printer, and then no further answer is read before
     * the printer runs.
     *
     * @return whether the broker granted one subscription at least
     */
    private CompletableFuture<Boolean> subscribe(MqttLink link, List<String> filters, PrintWriter err) {
        CompletableFuture<Boolean> any = CompletableFuture.completedFuture(false);
        for (String filter : filters) {
            CompletableFuture<Boolean> one = link.subscribe(filter, qos).handle((granted, failure) -> {
                if (failure != null) {
                    err.println("Error: not subscribed to " + filter + ": " + LinkFailure.text(failure));
                }
                return failure == null;
            });
            any = any.thenCombine(one, Boolean::logicalOr);
        }
        return any;
    }
}
