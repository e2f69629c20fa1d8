package dev.caravan.check;

import dev.caravan.settings.Spelling;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** What somebody may have meant. */
final class Suggestion {

    private static final int FEW = 12;

    private Suggestion() {}

    /** A near word if there is one, else the words to choose from if they are few, else nothing. */
    static String of(String word, Collection<String> known) {
        if (known.isEmpty()) {
            return "";
        }
        String nearest = near(word, known);
        if (!nearest.isEmpty()) {
            return "did you mean '" + nearest + "'?";
        }
        return known.size() <= FEW ? "there are " + String.join(", ", known) : "";
    }

    /** The word that differs in two letters or a third of them at most, or empty. */
    static String near(String word, Collection<String> known) {
        List<String> lower = known.stream().map(k -> k.toLowerCase(Locale.ROOT)).toList();
        String nearest = Spelling.nearest(word, lower);
        int most = word.length() <= 2 ? 1 : Math.max(2, word.length() / 3);
        boolean near = Spelling.distance(nearest, word.toLowerCase(Locale.ROOT)) <= most;
        return near ? List.copyOf(known).get(lower.indexOf(nearest)) : "";
    }
}
