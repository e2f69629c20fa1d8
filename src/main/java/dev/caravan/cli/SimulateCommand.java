package dev.caravan.cli;

import dev.caravan.topic.TopicName;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code simulate}: devices with sensors, for whoever has none at hand. */
@Command(
        name = "simulate",
        description = "Simulates devices that publish temperature, humidity, pressure and their status.")
final class SimulateCommand implements Callable<Integer> {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m|h)");
    private static final int GOODBYE_SECONDS = 4;

    private final Terminal terminal;

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private BrokerOptions brokerOptions = new BrokerOptions();

    @Option(names = "--devices", paramLabel = "N", defaultValue = "3", description = "How many; default 3.")
    private int devices = 3;

    @Option(
            names = "--interval",
            paramLabel = "TIME",
            defaultValue = "1s",
            description = "Between two readings of a device, for example 500ms, 1s, 5m; default 1s.")
    private String interval = "1s";

    @Option(names = "--count", paramLabel = "N", description = "Readings of each device; default without end.")
    private long count;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The same seed gives the same numbers; default another one each time.")
    private @Nullable Long seed;

    @Option(
            names = "--prefix",
            paramLabel = "TOPIC",
            defaultValue = "sensors",
            description = "First levels of the topics of the readings; default sensors.")
    private String prefix = "sensors";

    @Option(
            names = "--temperature",
            paramLabel = "DEGREES",
            defaultValue = "22",
            description = "Mean temperature; with 40 the shipped alert is raised. Default 22.")
    private double temperature = 22;

    @Option(names = "--motion", description = "Publish motion, ON and OFF, as well.")
    private boolean motion;

    SimulateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Simulation simulation;
        try {
            simulation = simulation();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(Objects.requireNonNull(spec).commandLine(), String.valueOf(e.getMessage()), e);
        }
        PrintWriter err = terminal.err();
        SimulationCounts counts = new SimulationCounts(err);
        List<SimulatedDevice> all = devices(simulation, counts);
        try (StopSignal stop = new StopSignal()) {
            try {
                together(all, SimulatedDevice::connect).get();
                SimulationProgress progress = new SimulationProgress(terminal, counts, all);
                run(simulation, all, progress, stop);
                sayGoodbye(all);
                progress.showLast();
            } finally {
                together(all, device -> CompletableFuture.runAsync(device::close))
                        .join();
            }
        } catch (ExecutionException e) {
            err.println("Error: " + simulation.broker() + ": " + LinkFailure.text(e));
            return 1;
        }
        long missing = counts.sent.sum() - counts.acknowledged.sum();
        if (missing > 0) {
            err.println("Error: " + missing + " messages were not acknowledged");
        }
        return missing > 0 ? 1 : 0;
    }

    private Simulation simulation() throws IOException {
        if (devices < 1 || devices > 10_000) {
            throw new IllegalArgumentException("--devices must be 1 to 10000, was " + devices);
        }
        if (count < 0) {
            throw new IllegalArgumentException("--count must not be below 0, was " + count);
        }
        new TopicName(prefix);
        return new Simulation(
                brokerOptions.broker(null),
                prefix,
                devices,
                duration(interval),
                count,
                seed == null ? System.nanoTime() : seed,
                temperature,
                motion,
                Clock.systemUTC());
    }

    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw new IllegalArgumentException("--interval must be a time like 500ms, 1s or 5m, was '" + text + "'");
        }
        long number = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofHours(number);
        };
    }

    private static List<SimulatedDevice> devices(Simulation simulation, SimulationCounts counts) {
        String process = UUID.randomUUID().toString().substring(0, 8);
        List<SimulatedDevice> all = new ArrayList<>();
        for (int i = 1; i <= simulation.devices(); i++) {
            String id = "dev-" + i;
            Sensor sensor = new Sensor(
                    simulation.seed() * 31 + i,
                    simulation.temperature(),
                    simulation.interval().toMillis() / 1e3);
            all.add(new SimulatedDevice(id, id + "-" + process, sensor, simulation, counts));
        }
        return all;
    }

    private static void run(
            Simulation simulation, List<SimulatedDevice> all, SimulationProgress progress, StopSignal stop) {
        long next = System.nanoTime();
        for (long n = 0; simulation.count() == 0 || n < simulation.count(); n++) {
            all.forEach(SimulatedDevice::tick);
            progress.showWhenDue();
            // Behind its time it goes on from now, without a burst.
            next = Math.max(next + simulation.interval().toNanos(), System.nanoTime());
            boolean last = n == simulation.count() - 1;
            if (!last && stop.await(Duration.ofNanos(next - System.nanoTime()))) {
                return;
            }
        }
    }

    /** Waits for the acknowledgements, but not longer than somebody who pressed Ctrl-C would. */
    private static void sayGoodbye(List<SimulatedDevice> all) throws InterruptedException {
        CompletableFuture<?> done = together(all, SimulatedDevice::sayOffline)
                .exceptionally(e -> null)
                .completeOnTimeout(null, GOODBYE_SECONDS, TimeUnit.SECONDS);
        done.join();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (!all.stream().allMatch(SimulatedDevice::isIdle) && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static CompletableFuture<Void> together(
            List<SimulatedDevice> all, Function<SimulatedDevice, CompletableFuture<?>> work) {
        return CompletableFuture.allOf(all.stream().map(work).toArray(CompletableFuture<?>[]::new));
    }
}
