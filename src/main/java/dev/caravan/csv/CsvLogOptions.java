package dev.caravan.csv;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options of a {@code csv-log:} URI, checked. Immutable.
 *
 * @param file where the file's name comes from; empty where the log has one file
 * @param closesFiles whether {@code rotate} was given: then a file with another header is closed, not refused
 * @param waits whether rows that the disk does not take are held and tried again, instead of failing their exchanges
 */
record CsvLogOptions(
        List<Column> columns,
        List<CellSource> file,
        Fsync fsync,
        Rotation rotation,
        boolean closesFiles,
        boolean gzip,
        Retention keep,
        boolean newColumns,
        int openFiles,
        int maxFiles,
        boolean waits) {

    private static final int OPEN_FILES = 100;
    private static final int MAX_FILES = 10_000;
    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,99}");
    private static final Pattern DEVICE_OF_WINDOWS = Pattern.compile("(?i)(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?");

    /**
     * @param name what stands behind {@code csv-log:}
     * @param given the options; those that are known here are taken out
     * @throws IllegalArgumentException naming everything that is wrong
     */
    static CsvLogOptions read(String name, Map<String, Object> given) {
        Reader reader = new Reader(given);
        reader.check(name);
        CsvLogOptions options = reader.read();
        if (options.columns.isEmpty() && !reader.hasColumns) {
            // What is left may be how they were misspelt.
            reader.problems.add("'columns' is missing"
                    + (given.isEmpty()
                            ? ""
                            : ", there is '" + String.join("', '", new TreeSet<>(given.keySet())) + "'"));
        }
        if (!reader.problems.isEmpty()) {
            throw new IllegalArgumentException(
                    "csv-log:" + name.replaceAll("\\p{Cntrl}", "?") + ": " + String.join("; ", reader.problems));
        }
        return options;
    }

    /** Whether two URIs can write into the same log: only what concerns single rows may differ. */
    boolean goesWith(CsvLogOptions other) {
        return names().equals(other.names())
                && file.isEmpty() == other.file.isEmpty()
                && rotation.equals(other.rotation)
                && closesFiles == other.closesFiles
                && gzip == other.gzip
                && keep.equals(other.keep)
                && newColumns == other.newColumns
                && (!newColumns || columns.equals(other.columns))
                && openFiles == other.openFiles
                && maxFiles == other.maxFiles;
    }

    private List<String> names() {
        return columns.stream().map(Column::name).toList();
    }

    private static final class Reader {
        private final Map<String, Object> given;
        private final List<String> problems = new ArrayList<>();
        private boolean hasColumns;

        Reader(Map<String, Object> given) {
            this.given = given;
        }

        void check(String name) {
            if (!FILE_NAME.matcher(name).matches()
                    || DEVICE_OF_WINDOWS.matcher(name).matches()) {
                problems.add(
                        "the name must be 1 to 100 letters, digits, '_', '-' and '.', not begin with '.' and not be"
                                + " a device of Windows");
            } else if (ClosedName.isLike(name)) {
                problems.add("the name must not be that of a closed file, such as 'log-2026-05-01.0001'");
            }
        }

        CsvLogOptions read() {
            String columns = take("columns");
            hasColumns = columns != null;
            List<Column> parsed = new ArrayList<>();
            on(columns, text -> parsed.addAll(Column.parseAll(text)));
            List<CellSource> file = new ArrayList<>();
            on(take("file"), text -> file.addAll(fileSources(text)));
            ZoneId zone = zone();
            String rotate = take("rotate");
            Rotation[] rotation = {Rotation.never(zone)};
            on(rotate, text -> rotation[0] = Rotation.parse(text, zone));
            Retention[] keep = {Retention.ALL};
            on(take("keep"), text -> keep[0] = Retention.parse(text));
            boolean newColumns = word("new-columns", "ignore", "rotate").equals("rotate");
            if (newColumns && !file.isEmpty()) {
                problems.add("'new-columns: rotate' does not go with 'file'");
            }
            boolean closesFiles = rotate != null || newColumns || !file.isEmpty();
            boolean gzip = word("gzip", "false", "true").equals("true");
            if (!closesFiles) {
                needsClosedFiles("gzip", gzip);
                needsClosedFiles("keep", !keep[0].equals(Retention.ALL));
            }
            return new CsvLogOptions(
                    parsed,
                    List.copyOf(file),
                    Fsync.valueOf(word("fsync", "never", "batch", "always").toUpperCase(Locale.ROOT)),
                    rotation[0],
                    closesFiles,
                    gzip,
                    keep[0],
                    newColumns,
                    number("open-files", OPEN_FILES, 1_000),
                    number("max-files", MAX_FILES, 1_000_000),
                    word("write-error", "wait", "fail").equals("wait"));
        }

        private void needsClosedFiles(String option, boolean given) {
            if (given) {
                problems.add("'" + option + "' needs 'rotate', 'file' or 'new-columns: rotate': without them no file is"
                        + " ever closed");
            }
        }

        private static List<CellSource> fileSources(String text) {
            try {
                return Column.parseSources(text);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("'file': " + e.getMessage(), e);
            }
        }

        private ZoneId zone() {
            ZoneId[] zone = {ZoneId.systemDefault()};
            on(take("zone"), text -> {
                try {
                    zone[0] = ZoneId.of(text);
                } catch (DateTimeException e) {
                    throw new IllegalArgumentException(
                            "'zone' must be a time zone such as 'Europe/Berlin' or 'UTC', was '" + text + "'", e);
                }
            });
            return zone[0];
        }

        private String word(String option, String... allowed) {
            String text = take(option);
            if (text == null) {
                return allowed[0];
            }
            if (!Arrays.asList(allowed).contains(text)) {
                problems.add("'" + option + "' must be '" + String.join("' or '", allowed) + "', was '" + text + "'");
                return allowed[0];
            }
            return text;
        }

        private int number(String option, int otherwise, int most) {
            String text = take(option);
            if (text == null) {
                return otherwise;
            }
            if (!text.matches("[1-9]\\d{0,8}") || Integer.parseInt(text) > most) {
                problems.add("'" + option + "' must be a number from 1 to " + most + ", was '" + text + "'");
                return otherwise;
            }
            return Integer.parseInt(text);
        }

        private @Nullable String take(String option) {
            Object value = given.remove(option);
            return value == null ? null : value.toString().strip();
        }

        private void on(@Nullable String text, Consumer<String> parse) {
            if (text != null) {
                try {
                    parse.accept(text);
                } catch (IllegalArgumentException e) {
                    problems.add(String.valueOf(e.getMessage()));
                }
            }
        }
    }
}
