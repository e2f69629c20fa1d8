package dev.caravan.bridge;

import dev.caravan.bridge.TopicLine.Direction;
import dev.caravan.bridge.TopicLine.Options;
import dev.caravan.bridge.TopicLine.Retain;
import dev.caravan.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads one line as mosquitto.conf(5) has it: {@code [topic] pattern [[out|in|both] qos [local-prefix [remote-prefix]]]}.
 *
 * <p>As in Mosquitto, spaces separate, {@code ""} is an empty word, other quotes are part of a topic, and a word that
 * begins with {@code #} behind the pattern begins a comment. Unlike Mosquitto, a tab, a word too many, or a QoS that is
 * no number is refused rather than taken for something else.
 */
final class MosquittoLine {

    private static final String EMPTY = "\"\"";
    private static final List<String> LEADING_WORD = List.of("topic");
    private static final int MOST_WORDS = 5;
    private static final int LONGEST = 200;

    private final int number;
    private final String text;

    private MosquittoLine(int number, String text) {
        this.number = number;
        this.text = text;
    }

    /** @throws TopicLineException naming the broken rule */
    static TopicLine parse(int number, String text, Retain retain, List<TopicFilter> excludes) {
        return new MosquittoLine(number, text.strip()).parse(retain, excludes);
    }

    /** The direction that a word names, in capitals or not; null when it names none. */
    static @Nullable Direction direction(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "out" -> Direction.OUT;
            case "in" -> Direction.IN;
            case "both" -> Direction.BOTH;
            default -> null;
        };
    }

    /** The QoS that a word names; -1 when it names none. */
    static int qos(String word) {
        return word.length() == 1 && word.charAt(0) >= '0' && word.charAt(0) <= '2' ? word.charAt(0) - '0' : -1;
    }

    private TopicLine parse(Retain retain, List<TopicFilter> excludes) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw refused("words must be separated by spaces, not by tabs or other control characters");
        }
        List<String> words = words();
        if (words.isEmpty()) {
            throw refused("a pattern is missing");
        }
        if (words.size() > MOST_WORDS) {
            throw refused("at most pattern, direction, qos and two prefixes are known, '" + words.get(MOST_WORDS)
                    + "' is too many");
        }
        String pattern = words.get(0);
        Direction direction = words.size() < 2 ? Direction.OUT : direction(words.get(1));
        if (direction == null) {
            throw refused("direction must be in, out or both, was '" + words.get(1) + "'");
        }
        int qos = words.size() < 3 ? 0 : qos(words.get(2));
        if (qos < 0) {
            throw refused("qos must be 0, 1 or 2, was '" + words.get(2) + "'");
        }
        String local = prefix("local", words, 3);
        String remote = prefix("remote", words, 4);
        if (pattern.isEmpty() && (local.isEmpty() || remote.isEmpty())) {
            throw refused("an empty pattern needs both prefixes: they are the two topics");
        }
        checkFilter("local", local, pattern);
        checkFilter("remote", remote, pattern);
        Options options = new Options(direction, qos, retain, excludes);
        return TopicLine.ofPrefixes(number, text, options, pattern, local, remote);
    }

    private List<String> words() {
        List<String> words = new ArrayList<>();
        for (String word : text.split(" +")) {
            if (word.startsWith("#") && !words.isEmpty() && !words.equals(LEADING_WORD)) {
                break;
            }
            words.add(word);
        }
        if (words.get(0).isEmpty() || words.get(0).equals("topic")) {
            words.remove(0);
        }
        words.replaceAll(word -> word.equals(EMPTY) ? "" : word);
        return words;
    }

    private String prefix(String side, List<String> words, int index) {
        String prefix = index < words.size() ? words.get(index) : "";
        if (prefix.indexOf('+') >= 0 || prefix.indexOf('#') >= 0) {
            throw refused(side + " prefix must not contain the wildcards + or #, was '" + prefix + "'");
        }
        return prefix;
    }

    private void checkFilter(String side, String prefix, String pattern) {
        String filter = prefix + pattern;
        if (filter.startsWith("$share/")) {
            throw refused("a shared subscription cannot be bridged");
        }
        try {
            TopicFilter unused = new TopicFilter(filter);
        } catch (IllegalArgumentException e) {
            String what = prefix.isEmpty() ? "" : side + " prefix and pattern make '" + filter + "': ";
            throw refused(what + e.getMessage());
        }
    }

    private TopicLineException refused(String rule) {
        String shown = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
        return new TopicLineException(number, "'" + shown + "': " + rule);
    }
}
