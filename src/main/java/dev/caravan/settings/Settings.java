package dev.caravan.settings;

import dev.caravan.units.Units;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Settings that passed every rule. Immutable; made by {@link SettingsLoader}. */
public final class Settings {

    private final Map<String, String> values = new LinkedHashMap<>();

    Settings(Function<Key, String> ours, Map<String, String> others) {
        for (Key key : Key.values()) {
            values.put(key.dotted(), ours.apply(key));
        }
        values.putAll(others);
    }

    /** Every value by its key, the operator's own included: what routes read as <code>{{key}}</code>. */
    public Map<String, String> asMap() {
        return Map.copyOf(values);
    }

    /** The value as it was written. */
    public String text(Key key) {
        return Objects.requireNonNull(values.get(key.dotted()));
    }

    public boolean isTrue(Key key) {
        return text(key).equals("true");
    }

    /** A port, 0 for any free one, or empty where it is {@code off}. */
    public OptionalInt port(Key key) {
        String value = text(key);
        return value.equals("off") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(value));
    }

    public int count(Key key) {
        return Integer.parseInt(text(key));
    }

    /** A number without the bound of {@link #count}; 0 where it is {@code off}. */
    public long bound(Key key) {
        String value = text(key);
        return value.equals("off") ? 0 : Long.parseLong(value);
    }

    /** A size in bytes. */
    public long bytes(Key key) {
        return Units.bytes(text(key));
    }

    /** A time in seconds. */
    public long seconds(Key key) {
        return Units.seconds(text(key));
    }

    public Path path(Key key) {
        return Path.of(text(key));
    }

    /** The comma-separated words of a value, without empty ones. */
    public Set<String> words(Key key) {
        Set<String> words = new TreeSet<>();
        for (String word : text(key).split(",")) {
            if (!word.isBlank()) {
                words.add(word.strip());
            }
        }
        return words;
    }
}
