package dev.caravan.mqtt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A user name and password for one connection; {@code null} for none. */
record Credentials(@Nullable String user, @Nullable String password) {

    private static final String ENVIRONMENT = "env:";
    private static final String FILE = "file:";

    /**
     * The value a text stands for: {@code env:NAME} is the environment variable, {@code file:path} the first line of the
     * file as it is now, anything else itself.
     *
     * @throws IllegalArgumentException naming the variable or file that cannot be read, never a value
     */
    static @Nullable String resolve(String key, @Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        if (text.startsWith(ENVIRONMENT)) {
            String value = System.getenv(text.substring(ENVIRONMENT.length()));
            if (value == null) {
                throw new IllegalArgumentException(
                        key + ": the environment variable '" + text.substring(ENVIRONMENT.length()) + "' is not set");
            }
            return value;
        }
        if (text.startsWith(FILE)) {
            Path file = Path.of(text.substring(FILE.length()));
            try {
                return Files.readString(file).lines().findFirst().orElse("");
            } catch (IOException e) {
                throw new IllegalArgumentException(key + ": cannot read " + file + ": " + e, e);
            }
        }
        return text;
    }

    static boolean isReference(String text) {
        return text.startsWith(ENVIRONMENT) || text.startsWith(FILE);
    }

    byte @Nullable [] passwordBytes() {
        return password == null ? null : password.getBytes(StandardCharsets.UTF_8);
    }

    /** Never the password. */
    @Override
    public String toString() {
        return "Credentials[user=" + user + "]";
    }
}
