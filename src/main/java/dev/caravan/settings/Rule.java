package dev.caravan.settings;

import dev.caravan.units.Units;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What a value must look like, with the sentence that tells an operator so. */
public enum Rule {
    TEXT("must be text without control characters", v -> v.chars().noneMatch(Character::isISOControl)),
    HOST("must be a host name or an IP address", v -> Patterns.HOST.matcher(v).matches()),
    PORT("must be a port from 0 to 65535, 0 for any free one", Rule::isPort),
    PORT_OR_OFF("must be a port from 0 to 65535, 0 for any free one, or off", v -> v.equals("off") || isPort(v)),
    PATH("must be a path", Rule::isPath),
    BOOLEAN("must be true or false", v -> v.equals("true") || v.equals("false")),
    NUMBER("must be a number such as 35.0", v -> Patterns.NUMBER.matcher(v).matches()),
    COUNT("must be a whole number from 1 to 10000000", v -> Units.isWhole(v, 1, 10_000_000)),
    SIZE("must be a size from 1KB to 256MB, such as 64MB", v -> Units.isBytes(v, 1L << 10, 1L << 28)),
    BOUND("must be a whole number from 1 to 1000000000000", v -> Units.isWhole(v, 1, 1_000_000_000_000L)),
    BOUND_OR_OFF(
            "must be a whole number from 1 to 1000000000000, or off",
            v -> v.equals("off") || Units.isWhole(v, 1, 1_000_000_000_000L)),
    DISK_SIZE("must be a size from 1MB to 100TB, such as 1GB", v -> Units.isBytes(v, 1L << 20, 100L << 40)),
    AGE("must be a time from 1m to 36500d, such as 30d", v -> Units.isSeconds(v, 60, 36_500L * 86_400)),
    QUEUE("must be a whole number from 1000 to 1000000", v -> Units.isWhole(v, 1_000, 1_000_000)),
    SYNC("must be batch or never", v -> v.equals("batch") || v.equals("never")),
    STORE_URL_OR_EMPTY(
            "must be empty or a JDBC URL such as jdbc:postgresql://host/database, without a password",
            v -> v.isEmpty() || Patterns.STORE_URL.matcher(v).matches()),
    SESSION_EXPIRY(
            "must be a time from 1s to 24d, such as 7d",
            // Artemis keeps milliseconds in an int: more than 24.8 days expire at once.
            v -> Units.isSeconds(v, 1, 24L * 86_400)),
    CLIENT_ID(
            "must be 1 to 64 of the characters A-Z a-z 0-9 _ -",
            v -> Patterns.CLIENT_ID.matcher(v).matches()),
    BROKER_URL_OR_EMPTY(
            "must be a broker's address such as tcp://host:1883 (tcp, ssl, ws or wss)",
            v -> v.isEmpty() || isBrokerUrl(v));

    private final String sentence;
    private final Predicate<String> test;

    Rule(String sentence, Predicate<String> test) {
        this.sentence = sentence;
        this.test = test;
    }

    /** The rule in words, beginning with "must". */
    public String sentence() {
        return sentence;
    }

    boolean accepts(String value) {
        return test.test(value);
    }

    private static boolean isPort(String value) {
        return Units.isWhole(value, 0, 65_535);
    }

    private static boolean isPath(String value) {
        try {
            return !value.isBlank() && !Path.of(value).toString().isEmpty();
        } catch (InvalidPathException e) {
            return false;
        }
    }

    private static boolean isBrokerUrl(String value) {
        try {
            URI uri = URI.create(value);
            return uri.getScheme() != null
                    && Set.of("tcp", "ssl", "ws", "wss").contains(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static final class Patterns {
        static final Pattern HOST = Pattern.compile("[A-Za-z0-9_.:-]{1,253}");
        static final Pattern NUMBER = Pattern.compile("-?\\d{1,15}(\\.\\d{1,15})?");
        static final Pattern STORE_URL = Pattern.compile("jdbc:postgresql:(?!.*[?&]password=)\\S+");
        static final Pattern CLIENT_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    }
}
