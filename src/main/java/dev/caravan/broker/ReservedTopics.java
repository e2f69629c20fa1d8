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
        if (bare.chars().filter(c -> c == '/').count() >= MAX_LEVELS) {
            return true;
        }
        String name = bare.toLowerCase(Locale.ROOT).replace('/', '.');
        return name.contains("::")
                || name.startsWith("$sys.mqtt")
                || name.startsWith("$caravan")
                || name.startsWith("activemq.");
    }
}
