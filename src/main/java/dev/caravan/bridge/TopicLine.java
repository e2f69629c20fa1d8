package dev.caravan.bridge;

import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of a bridge: which topics cross, in which direction, and what they are called at the other side.
 * Immutable.
 *
 * <p>Mapping is by name only. It matches as subscriptions do (MQTT 5.0, 4.7): {@code a/#} takes {@code a}, and a leading
 * wildcard never takes or makes a topic that begins with {@code $}.
 */
final class TopicLine {

    /** Which way messages go, seen from the local broker. */
    enum Direction {
        OUT,
        IN,
        BOTH
    }

    /** What becomes of the retained flag. */
    enum Retain {
        KEEP,
        STRIP
    }

    /**
     * What a line has besides its topics.
     *
     * @param qos the most that a message crosses with, 0 to 2
     * @param excludes topics that do not cross, named as at the side they come from
     */
    record Options(Direction direction, int qos, Retain retain, List<TopicFilter> excludes) {

        Options {
            excludes = List.copyOf(excludes);
        }
    }

    private static final int LONGEST = 100;

    private final int number;
    private final String text;
    private final Options options;
    private final @Nullable Rewrite outward;
    private final @Nullable Rewrite inward;
    private final TopicFilter localFilter;
    private final TopicFilter remoteFilter;

    private TopicLine(
            int number,
            String text,
            Options options,
            Rewrite one,
            @Nullable Rewrite outward,
            @Nullable Rewrite inward) {
        this.number = number;
        this.text = text;
        this.options = options;
        this.outward = outward;
        this.inward = inward;
        boolean isOut = one == outward;
        this.localFilter = isOut ? one.source() : one.target();
        this.remoteFilter = isOut ? one.target() : one.source();
    }

    /** A line that takes prefixes away and puts others in front, in either direction or in both. */
    static TopicLine ofPrefixes(int number, String text, Options options, String pattern, String local, String remote) {
        TopicFilter localFilter = new TopicFilter(local + pattern);
        TopicFilter remoteFilter = new TopicFilter(remote + pattern);
        Rewrite outward = new PrefixRewrite(localFilter, remoteFilter, local, remote);
        Rewrite inward = new PrefixRewrite(remoteFilter, localFilter, remote, local);
        return switch (options.direction()) {
            case OUT -> new TopicLine(number, text, options, outward, outward, null);
            case IN -> new TopicLine(number, text, options, inward, null, inward);
            case BOTH -> new TopicLine(number, text, options, outward, outward, inward);
        };
    }

    /** A line that builds names from captures; {@code options} say {@code out} or {@code in}, as none can be undone. */
    static TopicLine ofCaptures(int number, String text, Options options, CaptureRewrite rewrite) {
        return switch (options.direction()) {
            case OUT -> new TopicLine(number, text, options, rewrite, rewrite, null);
            case IN -> new TopicLine(number, text, options, rewrite, null, rewrite);
            case BOTH -> throw new IllegalArgumentException("captures map in one direction only");
        };
    }

    /** Where the line stands in the text it was parsed from, from 1. */
    int number() {
        return number;
    }

    Direction direction() {
        return options.direction();
    }

    boolean isOut() {
        return outward != null;
    }

    boolean isIn() {
        return inward != null;
    }

    /** The most that a message crosses with. */
    int qos() {
        return options.qos();
    }

    Retain retain() {
        return options.retain();
    }

    /** What a message of some QoS crosses with. */
    int qos(int given) {
        return Math.min(given, options.qos());
    }

    /** Whether a message is retained at the other side. */
    boolean keepsRetained(boolean retained) {
        return retained && retain() == Retain.KEEP;
    }

    List<TopicFilter> excludes() {
        return options.excludes();
    }

    /** The local topics of this line: what an {@code out} line subscribes to, or where an {@code in} line publishes. */
    TopicFilter localFilter() {
        return localFilter;
    }

    /** The remote topics of this line: what an {@code in} line subscribes to, or where an {@code out} line publishes. */
    TopicFilter remoteFilter() {
        return remoteFilter;
    }

    /**
     * The name at the remote of a message published locally; null when this line does not send it.
     *
     * @throws IllegalArgumentException when the new name is no Topic Name (empty, too long) or begins with {@code $}
     *     though this line does not name such topics; such a message can never cross
     */
    @Nullable
    TopicName toRemote(TopicName local) {
        return outward == null ? null : rename(outward, local);
    }

    /** The local name of a message from the remote; the mirror of {@link #toRemote}. */
    @Nullable
    TopicName toLocal(TopicName remote) {
        return inward == null ? null : rename(inward, remote);
    }

    /** The line as it was written. */
    @Override
    public String toString() {
        return text;
    }

    private @Nullable TopicName rename(Rewrite rewrite, TopicName topic) {
        if (!rewrite.source().matches(topic) || isExcluded(topic)) {
            return null;
        }
        String renamed = rewrite.rename(topic.value());
        if (renamed.equals(topic.value())) {
            return topic;
        }
        TopicName name;
        try {
            name = new TopicName(renamed);
        } catch (IllegalArgumentException e) {
            throw impossible(topic, String.valueOf(e.getMessage()), e);
        }
        char first = rewrite.target().value().charAt(0);
        if (name.isReserved() && (first == '+' || first == '#')) {
            // Otherwise whoever publishes at one side could write the other side's $SYS.
            throw impossible(topic, "topic must not begin with $ where the line does not name it so", null);
        }
        return name;
    }

    private boolean isExcluded(TopicName topic) {
        List<TopicFilter> excludes = options.excludes();
        for (int i = 0; i < excludes.size(); i++) {
            if (excludes.get(i).matches(topic)) {
                return true;
            }
        }
        return false;
    }

    private IllegalArgumentException impossible(TopicName topic, String rule, @Nullable Throwable cause) {
        String name = topic.value();
        String shown = name.length() <= LONGEST ? name : name.substring(0, LONGEST) + "...";
        return new IllegalArgumentException(
                "topic line " + number + " '" + text + "' cannot rename '" + shown + "': " + rule, cause);
    }
}
