package dev.caravan.broker;

import java.util.Locale;

/** The names that lead to Artemis' own addresses, which no client may use. */
public final class ReservedTopics {

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
        String name = bare.toLowerCase(Locale.ROOT).replace('/', '.');
        return name.contains("::")
                || name.startsWith("$sys.mqtt")
                || name.startsWith("$caravan")
                || name.startsWith("activemq.");
    }
}
