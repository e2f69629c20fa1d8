package dev.caravan.topic;

import java.nio.charset.StandardCharsets;

/**
 * A Topic Name: what a message is published to. Never holds a wildcard. Immutable.
 *
 * <p>Rules: MQTT 5.0, sections 1.5.4 (UTF-8 strings), 4.7.1 (wildcards) and 4.7.3 (length).
 *
 * @param value the name as it goes over the wire: 1 to 65,535 bytes of UTF-8
 */
public record TopicName(String value) {

    /** The longest name, in bytes of UTF-8, that fits MQTT's two-byte length. */
    public static final int MAX_BYTES = 65_535;

    /** @throws IllegalArgumentException naming the broken rule */
    public TopicName {
        checkText("topic", value);
        if (value.indexOf('+') >= 0 || value.indexOf('#') >= 0) {
            throw new IllegalArgumentException("topic must not contain the wildcards + or #");
        }
    }

    /** The levels between the slashes; {@code a//b} has three, the middle one empty. */
    public String[] levels() {
        return value.split("/", -1);
    }

    /** Names that begin with {@code $} belong to the server and are hidden from leading wildcards (MQTT 5.0, 4.7.2). */
    public boolean isReserved() {
        return value.charAt(0) == '$';
    }

    @Override
    public String toString() {
        return value;
    }

    static void checkText(String kind, String value) {
        if (value.isEmpty()) {
            throw new IllegalArgumentException(kind + " must not be empty");
        }
        if (value.indexOf('\0') >= 0) {
            throw new IllegalArgumentException(kind + " must not contain the character U+0000");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < value.length()
                        && Character.isLowSurrogate(value.charAt(i + 1));
                if (!pair) {
                    throw new IllegalArgumentException(kind + " must be well-formed Unicode");
                }
                i++;
            }
        }
        int bytes = value.length() * 3 <= MAX_BYTES ? 0 : value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(kind + " must not be longer than " + MAX_BYTES + " bytes, was " + bytes);
        }
    }
}
