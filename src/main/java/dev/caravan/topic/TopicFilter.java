package dev.caravan.topic;

/**
 * A Topic Filter: what a subscriber asks for, with {@code +} for one level and {@code #} for all that follow.
 * Immutable. Shared subscriptions ({@code $share/group/filter}) are a matter of the SUBSCRIBE packet, not of matching,
 * so a filter here never carries the prefix.
 *
 * <p>Rules: MQTT 5.0, section 4.7.
 *
 * @param value the filter as it goes over the wire: 1 to 65,535 bytes of UTF-8
 */
public record TopicFilter(String value) {

    /** @throws IllegalArgumentException naming the broken rule */
    public TopicFilter {
        TopicName.checkText("topic filter", value);
        String[] levels = value.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            String level = levels[i];
            if (level.length() > 1 && (level.indexOf('+') >= 0 || level.indexOf('#') >= 0)) {
                throw new IllegalArgumentException("topic filter must have + and # alone in their level");
            }
            if (level.equals("#") && i < levels.length - 1) {
                throw new IllegalArgumentException("topic filter must have # only as its last level");
            }
        }
    }

    /** Whether this filter holds a wildcard; without one it matches the one topic of the same text. */
    public boolean hasWildcard() {
        return value.indexOf('+') >= 0 || value.indexOf('#') >= 0;
    }

    /**
     * Whether a message published to {@code topic} belongs to this filter. {@code a/#} matches {@code a} too; a
     * leading wildcard never matches a topic that begins with {@code $}.
     */
    public boolean matches(TopicName topic) {
        String name = topic.value();
        if (topic.isReserved() && (value.charAt(0) == '+' || value.charAt(0) == '#')) {
            return false;
        }
        int f = 0;
        int n = 0;
        while (true) {
            int fEnd = levelEnd(value, f);
            if (isLevel(f, fEnd, '#')) {
                return true;
            }
            int nEnd = levelEnd(name, n);
            boolean sameLevel =
                    isLevel(f, fEnd, '+') || (fEnd - f == nEnd - n && value.regionMatches(f, name, n, fEnd - f));
            if (!sameLevel) {
                return false;
            }
            boolean filterEnds = fEnd == value.length();
            boolean nameEnds = nEnd == name.length();
            if (filterEnds && nameEnds) {
                return true;
            }
            if (filterEnds) {
                return false;
            }
            if (nameEnds) {
                return value.length() == fEnd + 2 && value.charAt(fEnd + 1) == '#';
            }
            f = fEnd + 1;
            n = nEnd + 1;
        }
    }

    /** Whether there is a topic that both filters match. Exact; for configuration, not for each message. */
    public boolean overlaps(TopicFilter other) {
        if (hides(other) || other.hides(this)) {
            return false;
        }
        String[] mine = value.split("/", -1);
        String[] theirs = other.value.split("/", -1);
        for (int i = 0; i < mine.length && i < theirs.length; i++) {
            if (mine[i].equals("#") || theirs[i].equals("#")) {
                return true;
            }
            if (!mine[i].equals("+") && !theirs[i].equals("+") && !mine[i].equals(theirs[i])) {
                return false;
            }
        }
        return mine.length == theirs.length || endsAt(theirs.length, mine) || endsAt(mine.length, theirs);
    }

    /**
     * Whether every topic that {@code other} matches is matched here too. For configuration. Level by level, so that
     * {@code +/#} is not seen to cover {@code #}, though no topic lies between them.
     */
    public boolean covers(TopicFilter other) {
        if (hides(other)) {
            return false;
        }
        String[] mine = value.split("/", -1);
        String[] theirs = other.value.split("/", -1);
        for (int i = 0; i < mine.length && i < theirs.length; i++) {
            if (mine[i].equals("#")) {
                return true;
            }
            boolean covered = mine[i].equals("+") ? !theirs[i].equals("#") : mine[i].equals(theirs[i]);
            if (!covered) {
                return false;
            }
        }
        return mine.length == theirs.length || endsAt(theirs.length, mine);
    }

    @Override
    public String toString() {
        return value;
    }

    /** Whether a leading wildcard here keeps the topics of {@code other} away, as they begin with {@code $}. */
    private boolean hides(TopicFilter other) {
        char first = value.charAt(0);
        return (first == '+' || first == '#') && other.value.charAt(0) == '$';
    }

    /**
     * Whether all that stands in {@code levels} from {@code length} on is {@code #}, which also matches nothing. But
     * {@code /#} without its last level is the empty text, which is no topic.
     */
    private static boolean endsAt(int length, String[] levels) {
        boolean isNoTopic = length == 1 && levels[0].isEmpty();
        return levels.length == length + 1 && levels[length].equals("#") && !isNoTopic;
    }

    private boolean isLevel(int from, int to, char wildcard) {
        return to - from == 1 && value.charAt(from) == wildcard;
    }

    private static int levelEnd(String text, int from) {
        int slash = text.indexOf('/', from);
        return slash < 0 ? text.length() : slash;
    }
}
