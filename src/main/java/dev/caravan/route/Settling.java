package dev.caravan.route;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides which changes of a folder are finished. A file counts as saved when two looks in a row have seen the same of it:
 * an editor may still be writing at the first. Files that are saved at about the same time belong together, so all wait
 * for the last; but not for ever, as a file that is written all the time must not keep the others from being seen.
 *
 * <p>For one thread at a time.
 */
final class Settling {

    /** Looks that a finished file waits for one that is not. */
    private static final int PATIENCE = 2;

    private SortedMap<String, Object> lastSeen;
    private int restless;

    /** @param seen what is there to begin with */
    Settling(SortedMap<String, Object> seen) {
        this.lastSeen = seen;
    }

    /**
     * Takes a further look.
     *
     * @param applied the stamp of each file as it was taken over last
     * @param seen the stamp of each file that is there now
     * @return the stamps as they should be taken over now; equal to {@code applied} where nothing should
     */
    SortedMap<String, Object> look(SortedMap<String, Object> applied, SortedMap<String, Object> seen) {
        SortedMap<String, Object> before = lastSeen;
        lastSeen = seen;
        if (seen.equals(before)) {
            restless = 0;
            return seen;
        }
        if (seen.equals(applied) || restless++ < PATIENCE) {
            return applied;
        }
        SortedMap<String, Object> finished = new TreeMap<>(applied);
        finished.keySet().removeIf(name -> !seen.containsKey(name) && !before.containsKey(name));
        seen.forEach((name, stamp) -> {
            if (stamp.equals(before.get(name))) {
                finished.put(name, stamp);
            }
        });
        return finished;
    }
}
