package dev.caravan.csv;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/**
 * Camel component {@code csv-log:name?columns=a,b|received,c:number=$.x.c|topic:2}: appends one row for each exchange to
 * {@code <directory>/name.csv}. For producers only. Columns and options: docs/reference/route-components.md.
 *
 * <p>The body is a {@code Map}, as camel-jackson makes it of a JSON object. A message that makes no row fails its exchange
 * with an {@code IllegalArgumentException} that names column, type and rule.
 *
 * <p>An exchange completes when its row is written, with the rows that came together with it. Rows that the disk does not
 * take wait, and their exchanges with them, unless {@code write-error=fail}. With {@code fsync=never}, the default, what was
 * written survives the end of the process, kill -9 included, but not the loss of power.
 *
 * <p>A log is opened by the first producer that starts and closed by the last that stops. An existing file is appended
 * to; one with another header makes the start fail, or is closed where the log rotates. All methods are thread-safe,
 * except that the directory and the clock are set before the component is used.
 */
public final class CsvLogComponent extends DefaultComponent {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

    private final CsvLogState state = new CsvLogState();
    private final OpenLogs logs;
    private Clock clock = Clock.systemUTC();
    private @Nullable Path directory;

    public CsvLogComponent() {
        this(CsvFile.DISK, STOP_LIMIT);
    }

    /** @param stopLimit how long the end of a log waits for its disk */
    CsvLogComponent(CsvFile.Opener opener, Duration stopLimit) {
        logs = new OpenLogs(opener, state, stopLimit);
    }

    /** The folder of the files; made when the first of them is. Needed. */
    public void setDirectory(Path directory) {
        this.directory = directory;
    }

    public @Nullable Path getDirectory() {
        return directory;
    }

    /** Where {@code received} takes its time from. */
    public void setClock(Clock clock) {
        this.clock = clock;
    }

    public Clock getClock() {
        return clock;
    }

    /** What was written and what was left out. */
    public CsvLogState state() {
        return state;
    }

    /**
     * The row that an endpoint of this component would write for an exchange, without the line end. Writes nothing; for
     * tests of routes.
     *
     * @throws IllegalArgumentException when the body is not an object
     */
    public static String row(Endpoint endpoint, Exchange exchange) {
        String line = ((CsvLogEndpoint) endpoint).row(exchange).line();
        return line.substring(0, line.length() - 1);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        return new CsvLogEndpoint(uri, this, remaining, CsvLogOptions.read(remaining, parameters));
    }

    @Override
    protected void doStop() throws Exception {
        logs.stop();
        super.doStop();
    }

    /** Opens the log or joins those who have it open; each call needs one {@link #release}. */
    CsvLog acquire(CsvLogEndpoint endpoint) throws IOException {
        Path folder = Objects.requireNonNull(directory, "csv-log: the component's 'directory' is not set");
        return logs.acquire(endpoint, folder, clock);
    }

    void release(String name) throws InterruptedException {
        logs.release(name);
    }
}
