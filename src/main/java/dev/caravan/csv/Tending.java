package dev.caravan.csv;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes those closed files of a log that are not to be kept, and compresses the others. What is not named like a closed
 * file of this log is never touched. A file that cannot be tended is named in the log and stays as it is until the next
 * time; the others are tended all the same. For one thread.
 *
 * @param folder where the log's files are
 * @param isOurs whether a file's name while it was written, without {@code .csv}, is of this log
 */
record Tending(Path folder, Predicate<String> isOurs, boolean compress, Retention retention, InstantSource clock)
        implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Tending.class);

    private record Found(ClosedName name, Path path) {}

    @Override
    public void run() {
        try {
            Collection<List<Found>> all = find().values();
            // First of all files, so that nothing is compressed that goes at once, and a full disk gets room for it.
            all.forEach(this::deleteSurplus);
            all.forEach(oldestFirst -> oldestFirst.forEach(this::tidy));
        } catch (IOException | UncheckedIOException e) {
            warn(folder, e);
        }
    }

    private static void warn(Path path, Exception failure) {
        LOG.atWarn()
                .addKeyValue("path", path)
                .log("Closed CSV files could not be tended, trying again later: {}", failure.toString());
    }

    private void tidy(Found found) {
        try {
            if (found.name().suffix().endsWith(".tmp")) {
                // A crash left it; the whole file is beside it.
                Files.deleteIfExists(found.path());
            } else if (compress && found.name().suffix().isEmpty()) {
                Gzip.replace(found.path());
            }
        } catch (NoSuchFileException e) {
            LOG.debug("{} went meanwhile", e.getFile());
        } catch (IOException | RuntimeException e) {
            warn(found.path(), e);
        }
    }

    private void deleteSurplus(List<Found> oldestFirst) {
        if (retention.equals(Retention.ALL)) {
            return;
        }
        List<Retention.Kept> kept = new ArrayList<>();
        for (Found found : oldestFirst) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(found.path(), BasicFileAttributes.class);
                kept.add(new Retention.Kept(
                        found.path(),
                        attributes.size(),
                        attributes.lastModifiedTime().toMillis()));
            } catch (NoSuchFileException e) {
                LOG.debug("{} went meanwhile", e.getFile());
            } catch (IOException e) {
                warn(found.path(), e);
            }
        }
        for (Path surplus : retention.surplus(kept, clock.millis())) {
            try {
                Files.deleteIfExists(surplus);
                oldestFirst.removeIf(found -> found.path().equals(surplus));
                LOG.atInfo().addKeyValue("file", surplus).log("Closed CSV file deleted, as 'keep' says");
            } catch (IOException e) {
                warn(surplus, e);
            }
        }
    }

    /** By the name while they were written, each list oldest first. */
    private Map<String, List<Found>> find() throws IOException {
        Map<String, List<Found>> found = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            return found;
        }
        try (Stream<Path> paths = Files.list(folder)) {
            paths.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .flatMap(path -> Stream.ofNullable(ClosedName.parse(path)).map(name -> new Found(name, path)))
                    .filter(one -> isOurs.test(one.name().base()))
                    .forEach(one -> found.computeIfAbsent(one.name().base(), base -> new ArrayList<>())
                            .add(one));
        }
        found.values().forEach(list -> list.sort((a, b) -> ClosedName.BY_TIME.compare(a.name(), b.name())));
        return found;
    }
}
