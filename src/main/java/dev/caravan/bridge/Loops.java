package dev.caravan.bridge;

import dev.caravan.topic.TopicFilter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Finds lines that together bring a message back to where it set out. */
final class Loops {

    private final List<TopicLine> out;
    private final List<TopicLine> in;

    Loops(List<TopicLine> out, List<TopicLine> in) {
        this.out = out;
        this.in = in;
    }

    /** The shortest loops first: by one line or two, then by more. */
    Optional<String> find() {
        for (TopicLine o : out) {
            for (TopicLine i : in) {
                if (comesBack(o, i) && setsOut(i, o)) {
                    return Optional.of(
                            o == i ? sameLine(o) : twoLines(o, i, "which line " + o.number() + " sends again"));
                }
            }
        }
        for (TopicLine o : out) {
            for (TopicLine i : in) {
                if (comesBack(o, i) && leadsTo(i, o)) {
                    return Optional.of(twoLines(o, i, "which reaches line " + o.number() + " again by other lines"));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean comesBack(TopicLine o, TopicLine i) {
        return o.remoteFilter().overlaps(i.remoteFilter()) && !excludesAll(i, o.remoteFilter());
    }

    private static boolean setsOut(TopicLine i, TopicLine o) {
        return i.localFilter().overlaps(o.localFilter()) && !excludesAll(o, i.localFilter());
    }

    private static boolean excludesAll(TopicLine line, TopicFilter topics) {
        return line.excludes().stream().anyMatch(exclude -> exclude.covers(topics));
    }

    private boolean leadsTo(TopicLine start, TopicLine end) {
        Set<TopicLine> seen = new HashSet<>();
        Deque<TopicLine> next = new ArrayDeque<>(List.of(start));
        while (!next.isEmpty()) {
            TopicLine i = next.remove();
            if (setsOut(i, end)) {
                return true;
            }
            for (TopicLine o : out) {
                if (setsOut(i, o)) {
                    in.stream()
                            .filter(back -> comesBack(o, back) && seen.add(back))
                            .forEach(next::add);
                }
            }
        }
        return false;
    }

    private static String sameLine(TopicLine line) {
        return "line " + line.number() + " '" + line + "' sends '" + line.localFilter()
                + "' and fetches it back: a message would go round for ever";
    }

    private static String twoLines(TopicLine o, TopicLine i, String end) {
        return "line " + o.number() + " '" + o + "' sends to '" + o.remoteFilter() + "', line " + i.number() + " '" + i
                + "' fetches it back to '" + i.localFilter() + "', " + end + ": a message would go round for ever";
    }
}
