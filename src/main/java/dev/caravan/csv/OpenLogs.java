package dev.caravan.csv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The logs that producers have open, each opened by the first and closed by the last. Their closed files are tended on
 * one thread for all, from the first log to {@link #stop}: two could compress the same file at once. Thread-safe.
 */
final class OpenLogs {

    private static final long TEND_MINUTES = 60;

    private static final class Shared {
        final CsvLog log;
        final CsvLogOptions options;
        final Future<?> tending;
        int users;

        Shared(CsvLog log, CsvLogOptions options, Future<?> tending) {
            this.log = log;
            this.options = options;
            this.tending = tending;
        }
    }

    private final CsvFile.Opener opener;
    private final CsvLogState state;
    private final Duration stopLimit;
    private final Map<String, Shared> logs = new HashMap<>();
    /** Closed while a write hung. */
    private final Map<String, CsvLog> hanging = new HashMap<>();

    private @Nullable ScheduledExecutorService tender;

    OpenLogs(CsvFile.Opener opener, CsvLogState state, Duration stopLimit) {
        this.stopLimit = stopLimit;
        this.opener = opener;
        this.state = state;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "csv-log-closed-files");
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        return thread;
    }

    /** Opens the log or joins those who have it open; each call needs one {@link #release}. */
    synchronized CsvLog acquire(CsvLogEndpoint endpoint, Path folder, Clock clock) throws IOException {
        String name = endpoint.name();
        Shared shared = logs.get(name);
        if (shared == null) {
            shared = open(endpoint, folder, clock);
            logs.put(name, shared);
        } else if (!shared.options.goesWith(endpoint.options())) {
            throw new IOException("csv-log:" + name + " is open with other options: the header is '"
                    + FoundFile.headerLine(shared.log.format().header()).strip() + "', expected '"
                    + FoundFile.headerLine(endpoint.format().header()).strip()
                    + "': give both the same columns and options, or different names");
        }
        shared.users++;
        return shared.log;
    }

    private Shared open(CsvLogEndpoint endpoint, Path folder, Clock clock) throws IOException {
        String name = endpoint.name();
        CsvLog before = hanging.get(name);
        if (before != null && before.isRunning()) {
            throw new IOException("csv-log:" + name
                    + " was stopped while a write hung, and the write has not ended: two" + " at once would tear rows");
        }
        hanging.remove(name);
        CsvLogOptions options = endpoint.options();
        boolean one = options.file().isEmpty();
        Tending tending = new Tending(
                one ? folder : folder.resolve(name),
                one ? name::equals : base -> true,
                options.gzip(),
                options.keep(),
                clock);
        ScheduledExecutorService executor = tender();
        AtomicBoolean planned = new AtomicBoolean();
        Runnable tend = () -> {
            planned.set(false);
            tending.run();
        };
        Runnable closed = () -> {
            if (!executor.isShutdown() && planned.compareAndSet(false, true)) {
                executor.execute(tend);
            }
        };
        LogFiles files = new LogFiles(
                folder,
                name,
                options,
                new CsvFile.Rules(opener, clock, options.rotation(), options.closesFiles(), closed, new RowBuffer()));
        RowFormat format = endpoint.format();
        if (one) {
            format = options.newColumns() ? asFound(files.path(""), format) : format;
            files.file("", format.header()).open();
        }
        CsvLogHealth health = new CsvLogHealth(name, clock);
        CsvLog log = new CsvLog(name, format, files, state, health, stopLimit);
        state.opened(name, health);
        // At once for what a crash left, and then for what gets too old.
        Future<?> tended = options.closesFiles()
                ? executor.scheduleWithFixedDelay(tend, 0, TEND_MINUTES, TimeUnit.MINUTES)
                : CompletableFuture.completedFuture(null);
        log.start();
        return new Shared(log, options, tended);
    }

    /** With the columns that the file got before. */
    private static RowFormat asFound(Path path, RowFormat format) throws IOException {
        return Files.exists(path) ? format.widened(FoundFile.at(path).header()) : format;
    }

    /** The last one waits until the rows that were given are written or turned away. */
    synchronized void release(String name) throws InterruptedException {
        Shared shared = logs.get(name);
        if (shared != null && --shared.users == 0) {
            logs.remove(name);
            state.closed(name);
            shared.tending.cancel(false);
            shared.log.close();
            if (shared.log.isRunning()) {
                hanging.put(name, shared.log);
            }
        }
    }

    /** Lets a compression that is under way end, unless the program ends first; the rest waits for the next start. */
    synchronized void stop() {
        if (tender != null) {
            tender.shutdown();
            tender = null;
        }
    }

    private ScheduledExecutorService tender() {
        ScheduledExecutorService running = tender;
        if (running == null) {
            running = Executors.newSingleThreadScheduledExecutor(OpenLogs::thread);
            tender = running;
        }
        return running;
    }
}
