package dev.caravan.bridge;

import dev.caravan.topic.TopicName;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The topic lines of one bridge, in the order they were written. Immutable.
 *
 * <p>The first line that matches a message takes it, so that lines which overlap never send it twice. What a line
 * excludes goes on to the next line.
 */
final class TopicLines {

    private final List<TopicLine> all;
    private final List<TopicLine> out;
    private final List<TopicLine> in;

    TopicLines(List<TopicLine> lines) {
        all = List.copyOf(lines);
        out = all.stream().filter(TopicLine::isOut).toList();
        in = all.stream().filter(TopicLine::isIn).toList();
    }

    /**
     * Reads the parameter {@code topics} of a bridge: one line of Mosquitto's a text line, or a YAML list of such lines
     * and of maps when the first line that is neither blank nor a comment begins with {@code "- "}.
     *
     * @throws TopicLineException naming the first line that breaks a rule, and the rule
     */
    static TopicLines parse(String text) {
        return new TopicLines(TopicLineText.parse(text));
    }

    /** Every line, as written. */
    List<TopicLine> all() {
        return all;
    }

    /** The lines that send to the remote; those for both directions stand here and in {@link #in}. */
    List<TopicLine> out() {
        return out;
    }

    /** The lines that fetch from the remote. */
    List<TopicLine> in() {
        return in;
    }

    /**
     * Where a message published locally goes; null when no line takes it.
     *
     * @throws IllegalArgumentException when the line that takes it can make no topic of it, see
     *     {@link TopicLine#toRemote}
     */
    @Nullable
    Rewritten outward(TopicName local) {
        for (int i = 0; i < out.size(); i++) {
            TopicLine line = out.get(i);
            TopicName target = line.toRemote(local);
            if (target != null) {
                return new Rewritten(line, target);
            }
        }
        return null;
    }

    /** Where a message from the remote goes; the mirror of {@link #outward}. */
    @Nullable
    Rewritten inward(TopicName remote) {
        for (int i = 0; i < in.size(); i++) {
            TopicLine line = in.get(i);
            TopicName target = line.toLocal(remote);
            if (target != null) {
                return new Rewritten(line, target);
            }
        }
        return null;
    }

    /**
     * Why a message could go round for ever if the remote gives no sign of where it came from, as an MQTT 3.1.1 broker
     * cannot; empty when none could. Judged by the filters, so it may suspect lines whose topics never meet.
     */
    Optional<String> loops() {
        return new Loops(out, in).find();
    }
}
