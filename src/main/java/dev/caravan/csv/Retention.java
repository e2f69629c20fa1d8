package dev.caravan.csv;

import dev.caravan.units.Units;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How many closed files stay. Immutable.
 *
 * @param age since the last row
 * @param files number of files
 * @param bytes sum of their sizes on the disk
 */
record Retention(Duration age, long files, long bytes) {

    /** A closed file as far as it matters here. */
    record Kept(Path path, long bytes, long lastRowMillis) {}

    private static final long MOST_FILES = 999_999_999;
    private static final long SHORTEST_SECONDS = 60;
    private static final long LONGEST_SECONDS = 36_500L * 86_400;

    static final Retention ALL = new Retention(Duration.ofMillis(Long.MAX_VALUE), Long.MAX_VALUE, Long.MAX_VALUE);

    /**
     * @param text an age such as {@code 30d}, a number of files, a size, or several with commas: all of them hold
     * @throws IllegalArgumentException saying what was wrong
     */
    static Retention parse(String text) {
        Retention result = ALL;
        for (String part : text.split(",", -1)) {
            String word = part.strip();
            if (Units.isSeconds(word, SHORTEST_SECONDS, LONGEST_SECONDS) && result.age.equals(ALL.age)) {
                result = new Retention(Duration.ofSeconds(Units.seconds(word)), result.files, result.bytes);
            } else if (Units.isWhole(word, 1, MOST_FILES) && result.files == ALL.files) {
                result = new Retention(result.age, Long.parseLong(word), result.bytes);
            } else if (Rotation.isSize(word) && result.bytes == ALL.bytes) {
                result = new Retention(result.age, result.files, Units.bytes(word));
            } else {
                throw new IllegalArgumentException("'keep' must be an age such as '30d' or '12h', a number of files, "
                        + "a size such as '10GB', or several of them with commas, was '" + text + "'");
            }
        }
        return result;
    }

    /** @param oldestFirst the closed files of one CSV file */
    List<Path> surplus(List<Kept> oldestFirst, long nowMillis) {
        List<Path> surplus = new ArrayList<>();
        long sum = 0;
        long count = 0;
        for (int i = oldestFirst.size() - 1; i >= 0; i--) {
            Kept file = oldestFirst.get(i);
            sum += file.bytes();
            count++;
            if (count > files || sum > bytes || nowMillis - file.lastRowMillis() > age.toMillis()) {
                surplus.add(0, file.path());
            }
        }
        return surplus;
    }
}
