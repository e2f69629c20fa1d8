package dev.caravan.csv;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a closed file: {@code boiler-2026-05-01.0001.csv}, with {@code .gz} behind once it is compressed. The number
 * tells the files of one day or hour apart. Names sort as the files were closed. Immutable.
 *
 * @param base name of the file while it was written, without {@code .csv}
 * @param label its day or hour
 * @param number from 1
 * @param suffix empty, {@code .gz}, or {@code .gz.tmp} while it is compressed
 */
record ClosedName(String base, String label, long number, String suffix) {

    static final Comparator<ClosedName> BY_TIME =
            Comparator.comparing(ClosedName::label).thenComparingLong(ClosedName::number);

    private static final String STEM = "(.+)-(" + Rotation.LABEL.pattern() + ")\\.(\\d{4,9})";
    private static final Pattern OPEN_LIKE_CLOSED = Pattern.compile(STEM);
    private static final Pattern CLOSED = Pattern.compile(STEM + "\\.csv((?:\\.gz)?(?:\\.tmp)?)");

    /** Null where the name is no closed file's. */
    static @Nullable ClosedName parse(Path path) {
        Matcher matcher = CLOSED.matcher(path.getFileName().toString());
        return matcher.matches()
                ? new ClosedName(matcher.group(1), matcher.group(2), Long.parseLong(matcher.group(3)), matcher.group(4))
                : null;
    }

    /** Whether an open file of this name, without {@code .csv}, would be taken for the closed one of another log. */
    static boolean isLike(String name) {
        return OPEN_LIKE_CLOSED.matcher(name).matches();
    }

    /**
     * Gives an open file its closed name; one that no file has, compressed or not.
     *
     * @return the closed file
     */
    static Path give(Path open, String label) throws IOException {
        String file = open.getFileName().toString();
        String base = file.substring(0, file.length() - ".csv".length());
        for (long number = 1; ; number++) {
            Path closed = open.resolveSibling(base + "-" + label + "." + "%04d".formatted(number) + ".csv");
            if (!isThere(closed) && !isThere(Path.of(closed + ".gz")) && !isThere(Path.of(closed + ".gz.tmp"))) {
                try {
                    return Files.move(open, closed);
                } catch (FileAlreadyExistsException e) {
                    // Somebody was faster; the next number may be free.
                    continue;
                }
            }
        }
    }

    private static boolean isThere(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }
}
