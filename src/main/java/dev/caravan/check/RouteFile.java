package dev.caravan.check;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * One YAML file as it was read.
 *
 * @param name the file's name, which is its identity within the folder
 * @param location how messages name it, for example {@code routes/x.camel.yaml}
 * @param text its content
 */
public record RouteFile(String name, String location, String text) {

    /** How the name of a file with routes ends. */
    public static final String SUFFIX = ".camel.yaml";

    /** How the name of a file with a Kamelet ends, a route template that others use as {@code kamelet:name}. */
    public static final String KAMELET_SUFFIX = ".kamelet.yaml";

    /** Whether a file of this name is read at all. */
    public static boolean isNameOfOne(String name) {
        return (name.endsWith(SUFFIX) || name.endsWith(KAMELET_SUFFIX)) && !name.startsWith(".");
    }

    /**
     * The text of a file.
     *
     * @throws CharacterCodingException if it is not UTF-8
     */
    public static String decode(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        // Some editors mark UTF-8 with a byte order mark.
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    boolean isKamelet() {
        return name.endsWith(KAMELET_SUFFIX);
    }

    /** The name without its ending: the id that its route should have. */
    public String stem() {
        String suffix = isKamelet() ? KAMELET_SUFFIX : SUFFIX;
        return name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    }
}
