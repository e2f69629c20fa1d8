package dev.caravan.csv;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one log: {@code name.csv}, or where the name depends on the message, {@code name/<file>.csv}. Of these a
 * bounded number is open, and a bounded number is made: a sender that makes up names must not fill the folder. Safe for
 * threads, as long as one at a time asks for files.
 */
final class LogFiles {

    private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);
    private static final long COUNT_AGAIN_MILLIS = 60_000;
    /** Closed files of which is known how far they are whole; others are read through when they are opened again. */
    static final int MOST_REMEMBERED = 10_000;

    private final Path folder;
    private final String name;
    private final CsvLogOptions options;
    private final CsvFile.Rules rules;
    /** Those that are open, and closed ones that were used last; the least recently used first. */
    private final Map<String, CsvFile> files = new LinkedHashMap<>(16, 0.75f, true);

    private final Set<String> names = new HashSet<>();
    private boolean counted;
    private long countedAt;

    /** @param folder of all logs */
    LogFiles(Path folder, String name, CsvLogOptions options, CsvFile.Rules rules) {
        this.folder = folder;
        this.name = name;
        this.options = options;
        this.rules = rules;
    }

    /** Where a file of the log is; {@code file} is empty for the only one. */
    Path path(String file) {
        return file.isEmpty()
                ? folder.resolve(name + ".csv")
                : folder.resolve(name).resolve(file + ".csv");
    }

    /** @throws RowException when the file would be one too many */
    void admit(String file) {
        synchronized (names) {
            if (file.isEmpty() || names.contains(file)) {
                return;
            }
            long now = rules.clock().millis();
            boolean full = names.size() >= options.maxFiles();
            if (!counted || full && Math.abs(now - countedAt) >= COUNT_AGAIN_MILLIS) {
                count();
                countedAt = now;
            }
            if (!names.contains(file) && names.size() >= options.maxFiles()) {
                throw new RowException(
                        "more than " + options.maxFiles() + " files",
                        "csv-log:" + name + " has " + names.size() + " files, and 'max-files' does not let it begin '"
                                + file + ".csv'");
            }
            names.add(file);
        }
    }

    private void count() {
        names.clear();
        try {
            Path own = folder.resolve(name);
            if (Files.isDirectory(own)) {
                try (DirectoryStream<Path> stream = Files.newDirectoryStream(own, "*.csv")) {
                    for (Path path : stream) {
                        String file = path.getFileName().toString();
                        file = file.substring(0, file.length() - ".csv".length());
                        if (!ClosedName.isLike(file)) {
                            names.add(file);
                        }
                    }
                }
            }
            counted = true;
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            LOG.warn("csv-log:{}: its files cannot be counted, trying again: {}", name, e.toString());
        }
    }

    /** The file, not opened yet where it is new or was closed for others. */
    CsvFile file(String file, List<String> header) {
        synchronized (files) {
            CsvFile found = files.computeIfAbsent(file, f -> new CsvFile(path(f), header, rules));
            if (!found.isOpen()) {
                makeRoom();
                forgetOldest();
            }
            return found;
        }
    }

    private void makeRoom() {
        int stillOpen = 0;
        for (CsvFile file : files.values()) {
            stillOpen += file.isOpen() ? 1 : 0;
        }
        Iterator<CsvFile> oldestFirst = files.values().iterator();
        while (stillOpen >= options.openFiles() && oldestFirst.hasNext()) {
            CsvFile file = oldestFirst.next();
            if (file.isOpen()) {
                close(file);
                stillOpen--;
            }
        }
    }

    /** How many files are known, open or closed. */
    int remembered() {
        synchronized (files) {
            return files.size();
        }
    }

    private void forgetOldest() {
        Iterator<CsvFile> oldestFirst = files.values().iterator();
        if (files.size() > MOST_REMEMBERED && !oldestFirst.next().isOpen()) {
            oldestFirst.remove();
        }
    }

    void close() {
        synchronized (files) {
            files.values().forEach(this::close);
        }
    }

    private void close(CsvFile file) {
        try {
            file.close();
        } catch (IOException e) {
            // What could not be cut off is found and repaired when the file is opened again.
            LOG.warn("csv-log:{}: a file was not closed well: {}", name, e.toString());
        }
    }
}
