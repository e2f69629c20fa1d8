package dev.caravan.settings;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * Reads settings from the command line, the environment and one properties file, in that order, and reports every
 * problem at once.
 */
public final class SettingsLoader {

    /** The file that is read when it exists. */
    public static final Path DEFAULT_FILE = Path.of("config", "application.properties");

    private record Value(String text, String source) {}

    private final List<String> problems = new ArrayList<>();
    private final Map<Key, Value> ours = new EnumMap<>(Key.class);
    private final Map<String, String> others = new TreeMap<>();

    private SettingsLoader() {}

    /**
     * @param commandLine keys and values given as {@code --key=value}
     * @param environment the process environment
     * @param file a properties file in UTF-8; it may be absent
     * @throws SettingsException naming each problem
     */
    public static Settings load(Map<String, String> commandLine, Map<String, String> environment, Path file)
            throws SettingsException {
        Checked checked = check(commandLine, environment, file);
        if (!checked.problems().isEmpty()) {
            throw new SettingsException(checked.problems());
        }
        return checked.settings();
    }

    /**
     * What could be read, and what is wrong with the rest.
     *
     * @param settings with the default for every key that has a problem
     * @param problems each a sentence that names source, key, rule and value
     */
    public record Checked(Settings settings, List<String> problems) {

        public Checked {
            problems = List.copyOf(problems);
        }
    }

    /** Like {@link #load}, but goes on where that would throw. */
    public static Checked check(Map<String, String> commandLine, Map<String, String> environment, Path file) {
        SettingsLoader loader = new SettingsLoader();
        loader.readFile(file);
        loader.readEnvironment(environment);
        commandLine.forEach((name, value) -> loader.accept(name, value.strip(), "command line"));
        if (loader.problems.isEmpty()) {
            loader.crossCheck();
        }
        return new Checked(new Settings(loader::text, loader.others), loader.problems);
    }

    private void readFile(Path file) {
        if (!Files.exists(file)) {
            return;
        }
        try {
            String text = Files.readString(file);
            Map<String, String> places = places(file, text);
            Properties properties = new Properties() {
                private static final long serialVersionUID = 1L;

                @Override
                public synchronized Object put(Object key, Object value) {
                    if (super.put(key, value) != null) {
                        problems.add(
                                places.getOrDefault((String) key, file + "") + ": key '" + key + "': is given twice");
                    }
                    return value;
                }
            };
            properties.load(new StringReader(text));
            new TreeMap<>(properties)
                    .forEach((name, value) -> accept(
                            (String) name,
                            ((String) value).strip(),
                            places.getOrDefault((String) name, file.toString())));
        } catch (IOException | IllegalArgumentException e) {
            problems.add(file + ": cannot be read: " + e.getMessage());
        }
    }

    /** {@code file:line:column} of each key, of the last where there are two. */
    private static Map<String, String> places(Path file, String text) {
        Map<String, String> places = new HashMap<>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            String key = line.strip().split("[=:\\s]", 2)[0];
            places.put(
                    key,
                    file + ":" + (i + 1) + ":"
                            + (line.length() - line.stripLeading().length() + 1));
        }
        return places;
    }

    private void readEnvironment(Map<String, String> environment) {
        for (Key key : Key.values()) {
            String value = environment.get(key.environmentName());
            if (value != null) {
                accept(key.dotted(), value.strip(), "environment variable " + key.environmentName());
            }
        }
    }

    private void accept(String name, String value, String source) {
        Key key = Key.of(name).orElse(null);
        if (key == null) {
            acceptForeign(name, value, source);
        } else if (!key.rule().accepts(value)) {
            problems.add(
                    source + ": key '" + name + "': " + key.rule().sentence() + ", was \"" + shown(key, value) + "\"");
        } else {
            ours.put(key, new Value(value, source));
        }
    }

    /** A key that is not ours belongs to the operator's own routes, unless it looks like one of ours mistyped. */
    private void acceptForeign(String name, String value, String source) {
        String lower = name.toLowerCase(Locale.ROOT);
        boolean ourGroup = Key.isOurGroup(lower);
        String nearest = Key.names().stream()
                .filter(k -> !ourGroup || Key.sameGroup(k, lower))
                .min(Comparator.comparingInt(k -> Spelling.distance(k, lower)))
                .orElseThrow();
        if (ourGroup || Spelling.distance(nearest, lower) <= 2) {
            problems.add(source + ": key '" + name + "': is unknown, the nearest known key is '" + nearest + "'");
        } else {
            others.put(name, value);
        }
    }

    private void crossCheck() {
        boolean embedded = text(Key.BROKER_EMBEDDED).equals("true");
        boolean hasUrl = !text(Key.MQTT_URL).isEmpty();
        if (!embedded && !hasUrl) {
            problem(Key.BROKER_EMBEDDED, "is false, so 'mqtt.url' must name the outside broker");
        }
        if (embedded && hasUrl) {
            problem(Key.MQTT_URL, "names an outside broker, so 'broker.embedded' must be false");
        }
        if (!text(Key.MQTT_TLS_PORT).equals("off")
                && text(Key.MQTT_TLS_CERTIFICATE).isEmpty()) {
            problem(Key.MQTT_TLS_PORT, "is set, so 'mqtt.tls.certificate' must name a PEM file");
        }
        demandDifferentPorts(embedded);
        if (text(Key.SECURITY_ANONYMOUS_BEYOND_LOOPBACK).equals("false")) {
            if (embedded) {
                demandLoopback(Key.MQTT_HOST);
            }
            demandLoopback(Key.HTTP_HOST);
        }
    }

    private void demandDifferentPorts(boolean embedded) {
        Map<String, Key> owners = new HashMap<>();
        List<Key> ports = embedded
                ? List.of(Key.MQTT_PORT, Key.MQTT_WS_PORT, Key.MQTT_TLS_PORT, Key.HTTP_PORT)
                : List.of(Key.HTTP_PORT);
        for (Key key : ports) {
            String port = text(key);
            Key owner = port.equals("0") || port.equals("off") ? null : owners.put(port, key);
            if (owner != null) {
                problem(key, "is " + port + ", which '" + owner.dotted() + "' has too");
            }
        }
    }

    private void demandLoopback(Key key) {
        String host = text(key);
        boolean loopback = host.equals("localhost") || host.equals("::1") || host.matches("127(\\.\\d{1,3}){3}");
        if (!loopback) {
            problem(
                    key,
                    "is \"" + host + "\", which other machines reach; without users it must be a loopback address, "
                            + "or set 'security.anonymous-beyond-loopback' to true");
        }
    }

    private void problem(Key key, String sentence) {
        Value value = ours.get(key);
        problems.add((value == null ? "default" : value.source()) + ": key '" + key.dotted() + "': " + sentence);
    }

    private String text(Key key) {
        Value value = ours.get(key);
        return value == null ? key.defaultValue() : value.text();
    }

    private static String shown(Key key, String value) {
        return key.dotted().endsWith("password") ? "..." : value.replaceAll("\\p{Cntrl}", "?");
    }
}
