package dev.caravan.bridge;

import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds the new name from what the wildcards of a filter matched: {@code $1} is the first wildcard, {@code #} counts as
 * the last. A {@code $} without a digit behind it stands for itself.
 *
 * <p>A {@code #} that matched nothing ({@code a/#} and the topic {@code a}) takes the level it would have filled with it:
 * {@code b/$1} becomes {@code b}.
 */
final class CaptureRewrite implements Rewrite {

    private static final int MOST_DIGITS = 4;

    private final TopicFilter source;
    private final TopicFilter target;
    private final String[] sourceLevels;

    /** The text around the captures: one more than there are captures. */
    private final List<String> texts = new ArrayList<>();

    /** Index of the wildcard, from 0, between one text and the next. */
    private final List<Integer> captures = new ArrayList<>();

    /** @throws IllegalArgumentException naming the broken rule of {@code to} */
    CaptureRewrite(TopicFilter from, String to) {
        source = from;
        sourceLevels = from.value().split("/", -1);
        List<String> wildcards = Arrays.stream(sourceLevels)
                .filter(level -> level.equals("+") || level.equals("#"))
                .toList();
        int textStart = 0;
        for (int at = to.indexOf('$'); at >= 0; at = to.indexOf('$', at + 1)) {
            int end = digitsEnd(to, at + 1);
            if (end > at + 1) {
                captures.add(wildcard(to.substring(at + 1, end), wildcards.size()));
                texts.add(to.substring(textStart, at));
                textStart = end;
                at = end - 1;
            }
        }
        texts.add(to.substring(textStart));
        // Any level stands for a capture here: the text around it must be right by itself.
        TopicName unused = new TopicName(fill(captures.stream().map(c -> "x").toList()));
        target = new TopicFilter(
                widest(fill(captures.stream().map(wildcards::get).toList())));
    }

    @Override
    public TopicFilter source() {
        return source;
    }

    @Override
    public TopicFilter target() {
        return target;
    }

    @Override
    public String rename(String topic) {
        int[] starts = new int[sourceLevels.length];
        int[] ends = new int[sourceLevels.length];
        locate(topic, starts, ends);
        StringBuilder name = new StringBuilder(topic.length() + 16);
        name.append(texts.get(0));
        for (int i = 0; i < captures.size(); i++) {
            int wildcard = captures.get(i);
            String next = texts.get(i + 1);
            if (starts[wildcard] > topic.length() && isLevel(i)) {
                if (name.length() > 0) {
                    name.setLength(name.length() - 1);
                    name.append(next);
                } else {
                    name.append(next, Math.min(1, next.length()), next.length());
                }
            } else {
                name.append(topic, Math.min(starts[wildcard], topic.length()), ends[wildcard])
                        .append(next);
            }
        }
        return name.toString();
    }

    /** Finds what each wildcard matched; one that matched nothing starts behind the end of the topic. */
    private void locate(String topic, int[] starts, int[] ends) {
        int wildcard = 0;
        int start = 0;
        for (String level : sourceLevels) {
            int slash = start > topic.length() ? -1 : topic.indexOf('/', start);
            int end = slash < 0 || level.equals("#") ? topic.length() : slash;
            if (level.equals("+") || level.equals("#")) {
                starts[wildcard] = start;
                ends[wildcard] = end;
                wildcard++;
            }
            start = end + 1;
        }
    }

    /** Whether the capture is a level of its own in the new name. */
    private boolean isLevel(int capture) {
        String before = texts.get(capture);
        String after = texts.get(capture + 1);
        return (before.endsWith("/") || (capture == 0 && before.isEmpty()))
                && (after.startsWith("/") || (capture == captures.size() - 1 && after.isEmpty()));
    }

    private String fill(List<String> values) {
        StringBuilder filled = new StringBuilder(texts.get(0));
        for (int i = 0; i < values.size(); i++) {
            filled.append(values.get(i)).append(texts.get(i + 1));
        }
        return filled.toString();
    }

    /** A level that is made of captures, if only in part, may be anything. */
    private static String widest(String filled) {
        List<String> levels = new ArrayList<>();
        for (String level : filled.split("/", -1)) {
            if (level.indexOf('#') >= 0) {
                levels.add("#");
                break;
            }
            levels.add(level.indexOf('+') >= 0 ? "+" : level);
        }
        return String.join("/", levels);
    }

    private static int digitsEnd(String text, int from) {
        int end = from;
        while (end < text.length() && text.charAt(end) >= '0' && text.charAt(end) <= '9') {
            end++;
        }
        return end;
    }

    private static int wildcard(String digits, int wildcards) {
        int number = digits.length() > MOST_DIGITS ? Integer.MAX_VALUE : Integer.parseInt(digits);
        if (number < 1 || number > wildcards) {
            throw new IllegalArgumentException("$" + digits + " does not exist, 'from' has "
                    + (wildcards == 1 ? "1 wildcard" : wildcards + " wildcards"));
        }
        return number - 1;
    }
}
