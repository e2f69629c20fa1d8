package dev.caravan.broker;

import java.util.Locale;

/** The topics that no client of the embedded broker may use: Artemis' own addresses, and those too deep for it. */
public final class ReservedTopics {

    /** As many levels as Mosquitto allows: to Artemis each one is a call on the stack. */
    public static final int MAX_LEVELS = 200;

    private static final String SHARED = "$share/";

    private ReservedTopics() {}

    /**
     * Whether the embedded broker refuses a Topic Name or Topic Filter, as it looks before or after Artemis' translation
     * of it. It closes the connection of a client that uses one.
     */
    public static boolean isReserved(String topic) {
        String bare = topic;
        if (bare.startsWith(SHARED)) {
            int slash = bare.indexOf('/', SHARED.length());
            bare = slash < 0 ? "" : bare.substring(slash + 1);
        }
        if (bare.contains("::") || levels(bare) > MAX_LEVELS) {
            return true;
        }
        // Asked for every message: only what begins like one of these names is worth a copy.
        char first = bare.isEmpty() ? ' ' : bare.charAt(0);
        if (first != '$' && first != 'a' && first != 'A') {
            return false;
        }
        String name = bare.toLowerCase(Locale.ROOT).replace('/', '.');
        return name.startsWith("$sys.mqtt") || name.startsWith("$caravan") || name.startsWith("activemq.");
    }

    private static int levels(String topic) {
        int levels = 1;
        for (int i = topic.indexOf('/'); i >= 0; i = topic.indexOf('/', i + 1)) {
            levels++;
        }
        return levels;
    }
}
