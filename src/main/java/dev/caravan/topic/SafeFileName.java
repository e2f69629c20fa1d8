package dev.caravan.topic;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The part of a file name that stands for a text from outside, such as a level of a topic. Whatever the text holds, the
 * name has 1 to 64 of {@code A-Z a-z 0-9 _ - ~}: no path, no dot, no name that a file system or Windows keeps for itself.
 *
 * <p>A text of lower-case letters, digits, {@code _} and {@code -}, at most 64 of them, is its own name. Any other becomes
 * what of it is readable, {@code ~}, and 24 digits of its SHA-256: {@code Room 1} becomes {@code Room_1~} and so on. Two
 * texts have the same name, also where case or Unicode's forms do not count, only if 96 bits of their hashes are the same.
 * Immutable.
 *
 * @param value the name, without a suffix
 */
public record SafeFileName(String value) {

    private static final Pattern PLAIN = Pattern.compile("[a-z0-9_-]{1,64}");
    private static final Pattern DEVICE_OF_WINDOWS = Pattern.compile("con|prn|aux|nul|com\\d|lpt\\d");
    private static final Pattern WRITTEN = Pattern.compile("[a-z0-9_-]{1,64}|[A-Za-z0-9_-]{1,39}~[0-9a-f]{24}");
    private static final int READABLE = 39;
    private static final int HASH_BYTES = 12;

    /** @throws IllegalArgumentException if the value is not a name that {@link #of} makes */
    public SafeFileName {
        if (!WRITTEN.matcher(value).matches()
                || DEVICE_OF_WINDOWS.matcher(value).matches()) {
            throw new IllegalArgumentException("not a safe file name: " + value.replaceAll("\\p{Cntrl}", "?"));
        }
    }

    /** The name of any text, also an empty one. */
    public static SafeFileName of(String text) {
        if (PLAIN.matcher(text).matches() && !DEVICE_OF_WINDOWS.matcher(text).matches()) {
            return new SafeFileName(text);
        }
        String readable = text.length() > READABLE ? text.substring(0, READABLE) : text;
        readable = readable.replaceAll("[^A-Za-z0-9_-]", "_");
        return new SafeFileName((readable.isEmpty() ? "_" : readable) + "~" + hash(text));
    }

    private static String hash(String text) {
        try {
            // Char by char: an encoder has one replacement for every half of a surrogate pair.
            ByteBuffer bytes = ByteBuffer.allocate(Character.BYTES * text.length());
            bytes.asCharBuffer().put(text);
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes.array());
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
