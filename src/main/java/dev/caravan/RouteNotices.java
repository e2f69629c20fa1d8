package dev.caravan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.route.RouteFileState;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says by a Retained Message on {@code $SYS/broker/routes/<name>/state} how each route file is: within half a second of
 * a load, a save or a failure, and every ten seconds where only counts have changed. A file that is gone gets an empty
 * payload, which clears it.
 *
 * <p>Has one thread, from {@link #start} to {@link #close}.
 */
final class RouteNotices implements AutoCloseable {

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final long COUNTS_EVERY_NANOS = Duration.ofSeconds(10).toNanos();

    private static final Logger log = LoggerFactory.getLogger(RouteNotices.class);

    private final ObjectMapper json = new ObjectMapper();
    private final Supplier<List<RouteFileState>> source;
    private final BiConsumer<String, String> publish;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "route-notices");
        thread.setDaemon(true);
        return thread;
    });

    private final Map<String, Notice> published = new HashMap<>();
    private String lastProblem = "";

    /** What was published last, and when. */
    private record Notice(RouteFileState state, long nanos) {

        /** Whether it is time to publish the new state. */
        boolean isOutdatedBy(RouteFileState now, long nanos) {
            return !withoutCounts(now).equals(withoutCounts(state))
                    || (!now.equals(state) && nanos - this.nanos >= COUNTS_EVERY_NANOS);
        }

        private static RouteFileState withoutCounts(RouteFileState state) {
            return new RouteFileState(state.file(), state.loadedAt(), state.status(), state.problems(), List.of());
        }
    }

    /**
     * @param source how the files are; asked twice a second
     * @param publish takes topic and payload of a Retained Message
     */
    RouteNotices(Supplier<List<RouteFileState>> source, BiConsumer<String, String> publish) {
        this.source = source;
        this.publish = publish;
    }

    /** Publishes how the files are, and begins to look for changes. */
    void start() {
        look();
        long millis = LOOK_EVERY.toMillis();
        timer.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
    }

    /**
     * The topic of a file. A character that means something in a topic or that the broker has trouble with, such as a dot,
     * becomes {@code _}.
     */
    static String topic(String file) {
        String name = file.replaceFirst("\\.camel\\.yaml$", "").replaceAll("[^\\p{L}\\p{N}_-]", "_");
        return "$SYS/broker/routes/" + name + "/state";
    }

    private void look() {
        try {
            Map<String, RouteFileState> now = new TreeMap<>();
            source.get().forEach(state -> now.putIfAbsent(topic(state.file()), state));
            for (String topic : new HashSet<>(published.keySet())) {
                if (!now.containsKey(topic)) {
                    publish.accept(topic, "");
                    published.remove(topic);
                }
            }
            long nanos = System.nanoTime();
            for (Map.Entry<String, RouteFileState> entry : now.entrySet()) {
                Notice last = published.get(entry.getKey());
                if (last == null || last.isOutdatedBy(entry.getValue(), nanos)) {
                    publish.accept(entry.getKey(), json.writeValueAsString(RouteReport.describe(entry.getValue())));
                    published.put(entry.getKey(), new Notice(entry.getValue(), nanos));
                }
            }
            lastProblem = "";
        } catch (JsonProcessingException | RuntimeException e) {
            // Tried again at the next look; a timer would end with the exception, and silently.
            if (!e.toString().equals(lastProblem)) {
                lastProblem = e.toString();
                log.warn("state of the routes not published, trying again: {}", lastProblem);
            }
        }
    }

    @Override
    public void close() {
        timer.shutdown();
        try {
            if (!timer.awaitTermination(5, TimeUnit.SECONDS)) {
                timer.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
