package dev.caravan.csv;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/**
 * Camel component {@code csv-log:name?columns=a,b|received,c|topic:2[&fsync=always]}: appends one row for each exchange
 * to {@code <directory>/name.csv}. For producers only.
 *
 * <p>The body is a {@code Map}, as camel-jackson makes it of a JSON object. A cell is the field named as its column,
 * case-sensitive; where that is absent or null, the column's fallback: {@code received}, the time in UTC with
 * milliseconds, or {@code topic:N}, the N-th level of the header {@code CamelMqttTopic}; without one an empty cell. A
 * nested object or array becomes JSON text. Fields without a column are left out and counted.
 *
 * <p>A row is written with one write before the exchange goes on. {@code fsync=never}, the default: what was written
 * survives the end of the process, kill -9 included, but not the loss of power. {@code fsync=always}: that too, at the
 * cost of one disk flush for each row.
 *
 * <p>Files are opened by the first producer that starts and closed by the last that stops. An existing file is appended
 * to; one with another header makes the start fail. All methods are thread-safe, except that the directory and the
 * clock are set before the component is used.
 */
public final class CsvLogComponent extends DefaultComponent {

    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}");
    private static final Pattern DEVICE_OF_WINDOWS = Pattern.compile("(?i)(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?");

    private static final class Shared {
        final CsvFile file;
        int users;

        Shared(CsvFile file) {
            this.file = file;
        }
    }

    private final CsvLogState state = new CsvLogState();
    private final CsvFile.Opener opener;
    private final Map<String, Shared> files = new HashMap<>();
    private Clock clock = Clock.systemUTC();
    private @Nullable Path directory;

    public CsvLogComponent() {
        this(CsvFile.DISK);
    }

    CsvLogComponent(CsvFile.Opener opener) {
        this.opener = opener;
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
    public static String row(Endpoint endpoint, Exchange exchange) throws IOException {
        String line = ((CsvLogEndpoint) endpoint).row(exchange).line();
        return line.substring(0, line.length() - 1);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        if (!FILE_NAME.matcher(remaining).matches()
                || DEVICE_OF_WINDOWS.matcher(remaining).matches()) {
            throw new IllegalArgumentException("csv-log: the name must be 1 to 100 letters, digits, '_', '-' and '.', "
                    + "not begin with '.' and not be a device of Windows, was '"
                    + remaining.replaceAll("\\p{Cntrl}", "?") + "'");
        }
        String columns = getAndRemoveParameter(parameters, "columns", String.class);
        if (columns == null) {
            throw new IllegalArgumentException("csv-log:" + remaining + ": 'columns' is missing"
                    + (parameters.isEmpty() ? "" : ", there is '" + String.join("', '", parameters.keySet()) + "'"));
        }
        String fsync = getAndRemoveParameter(parameters, "fsync", String.class, "never");
        if (!fsync.equals("never") && !fsync.equals("always")) {
            throw new IllegalArgumentException(
                    "csv-log:" + remaining + ": 'fsync' must be 'never' or 'always', was '" + fsync + "'");
        }
        RowFormat format = new RowFormat(Column.parseAll(columns));
        return new CsvLogEndpoint(uri, this, remaining, format, fsync.equals("always"));
    }

    /** Opens the file or joins those who have it open; each call needs one {@link #release}. */
    CsvFile acquire(String name, List<String> header) throws IOException {
        Path folder = Objects.requireNonNull(directory, "csv-log: the component's 'directory' is not set");
        synchronized (files) {
            Shared shared = files.get(name);
            if (shared == null) {
                shared = new Shared(new CsvFile(folder.resolve(name + ".csv"), header, opener, clock));
                shared.file.open();
                files.put(name, shared);
            } else {
                shared.file.demandHeader(header);
            }
            shared.users++;
            return shared.file;
        }
    }

    void release(String name) throws IOException {
        synchronized (files) {
            Shared shared = files.get(name);
            if (shared != null && --shared.users == 0) {
                files.remove(name);
                shared.file.close();
            }
        }
    }
}
