package dev.caravan.bridge;

import dev.caravan.broker.QueueBounds;
import dev.caravan.broker.QueueBounds.WhenFull;
import dev.caravan.settings.Spelling;
import dev.caravan.units.Units;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of one bridge, as {@code docs/reference/bridges.md} describes them.
 *
 * @param addresses empty for a bridge that is switched off
 * @param maxRate messages a second that are sent out at most, 0 for no limit
 */
record BridgeSettings(
        String name,
        List<String> addresses,
        boolean roundRobin,
        TopicLines topics,
        String mqttVersion,
        String clientId,
        String user,
        String password,
        @Nullable Path caFile,
        @Nullable Path certificateFile,
        int keepAliveSeconds,
        Duration restartTimeout,
        boolean notifications,
        int hopLimit,
        int window,
        QueueBounds queue,
        int maxRate) {

    private static final int LARGEST_KEEP_ALIVE = 43_690;
    private static final int LARGEST_WINDOW = 10_000;
    private static final long LARGEST_COUNT = 1_000_000_000L;
    private static final long LARGEST_BYTES = 1L << 44;
    private static final long SMALLEST_BYTES = 1L << 16;

    /** Every parameter with its default; one without a default is needed. */
    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry("addresses", ""),
            Map.entry("description", ""),
            Map.entry("round-robin", "false"),
            Map.entry("mqtt-version", "5"),
            Map.entry("client-id", ""),
            Map.entry("user", ""),
            Map.entry("password", ""),
            Map.entry("ca-file", ""),
            Map.entry("certificate-file", ""),
            Map.entry("keepalive", "20s"),
            Map.entry("restart-timeout", "60s"),
            Map.entry("notifications", "true"),
            Map.entry("hop-limit", "1"),
            Map.entry("window", "100"),
            Map.entry("queue-max-messages", "1000000"),
            Map.entry("queue-max-bytes", "1GB"),
            Map.entry("when-full", "drop-oldest"),
            Map.entry("qos0-when-down", "drop"),
            Map.entry("max-rate", "0"));

    private static final List<String> NEEDED = List.of("name", "addresses", "topics");

    /** @throws IllegalArgumentException naming the parameter, its value and the rule it breaks */
    static BridgeSettings parse(Map<String, String> given) {
        TreeSet<String> known = new TreeSet<>(DEFAULTS.keySet());
        known.addAll(NEEDED);
        for (String name : given.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("parameter '" + name + "' is unknown, the nearest known one is '"
                        + Spelling.nearest(name, known) + "'");
            }
        }
        for (String name : NEEDED) {
            if (!given.containsKey(name)) {
                throw new IllegalArgumentException("parameter '" + name + "' is needed");
            }
        }
        return new Values(given).read();
    }

    /** Never the password. */
    @Override
    public String toString() {
        return "BridgeSettings[name=" + name + ", addresses=" + addresses + "]";
    }

    private record Values(Map<String, String> given) {

        BridgeSettings read() {
            String name = text("name");
            demand("name", name.matches("[A-Za-z0-9_-]{1,40}"), "must be 1 to 40 letters, digits, - or _");
            String version = text("mqtt-version");
            demand("mqtt-version", version.equals("5") || version.equals("3.1.1"), "must be 5 or 3.1.1");
            String clientId = text("client-id").isEmpty() ? "caravan-" + name : text("client-id");
            demand(
                    "client-id",
                    clientId.matches("[^/+#\\p{Cntrl}]{1,200}"),
                    "must be 1 to 200 characters without / + #, as it is part of a topic");
            TopicLines topics = topics();
            if (version.equals("3.1.1")) {
                topics.loops().ifPresent(reason -> {
                    throw new IllegalArgumentException(
                            "parameter 'topics': " + reason
                                    + "; with mqtt-version 3.1.1 nothing marks a message that has crossed already, so it would go round for ever");
                });
            }
            return new BridgeSettings(
                    name,
                    addresses(),
                    yes("round-robin"),
                    topics,
                    version,
                    clientId,
                    text("user"),
                    text("password"),
                    path("ca-file"),
                    path("certificate-file"),
                    (int) seconds("keepalive", 1, LARGEST_KEEP_ALIVE),
                    Duration.ofSeconds(seconds("restart-timeout", 1, 86_400)),
                    yes("notifications"),
                    (int) number("hop-limit", 1, 100),
                    (int) number("window", 1, LARGEST_WINDOW),
                    new QueueBounds(
                            number("queue-max-messages", 1, LARGEST_COUNT),
                            bytes("queue-max-bytes"),
                            WhenFull.valueOf(oneOf("when-full", "drop-oldest", "drop-newest", "reject")
                                    .replace('-', '_')
                                    .toUpperCase(Locale.ROOT)),
                            oneOf("qos0-when-down", "drop", "store").equals("store")),
                    (int) number("max-rate", 0, LARGEST_COUNT));
        }

        /** What only the connection can judge, a host or a port, it judges when the bridge starts. */
        private List<String> addresses() {
            List<String> all = Pattern.compile("[\\s,]+")
                    .splitAsStream(text("addresses"))
                    .filter(address -> !address.isEmpty())
                    .toList();
            if (text("addresses").contains("@")) {
                // Not shown: what stands before the @ may be a password.
                throw new IllegalArgumentException(
                        "parameter 'addresses' must not hold credentials: use user and password");
            }
            demand(
                    "addresses",
                    all.isEmpty() == text("addresses").isEmpty()
                            && all.stream()
                                    .allMatch(address -> address.matches("(?i)(tcp|mqtt|ssl|mqtts|ws|wss)://.+")),
                    "must be URLs that begin with tcp, mqtt, ssl, mqtts, ws or wss, with spaces between");
            return all;
        }

        private TopicLines topics() {
            try {
                return TopicLines.parse(text("topics"));
            } catch (TopicLineException e) {
                // Not as the cause: of a chain only the last message is shown, and that does not name the parameter.
                throw new IllegalArgumentException("parameter 'topics', " + e.getMessage());
            }
        }

        private String text(String name) {
            String value = given.get(name);
            return name.equals("topics")
                    ? String.valueOf(value)
                    : value == null ? DEFAULTS.getOrDefault(name, "") : value.strip();
        }

        private boolean yes(String name) {
            return oneOf(name, "true", "false").equals("true");
        }

        private String oneOf(String name, String... words) {
            demand(name, List.of(words).contains(text(name)), "must be one of " + String.join(", ", words));
            return text(name);
        }

        private long number(String name, long least, long most) {
            demand(
                    name,
                    Units.isWhole(text(name), least, most),
                    "must be a whole number between " + least + " and " + most);
            return Long.parseLong(text(name));
        }

        private long seconds(String name, long least, long most) {
            demand(
                    name,
                    Units.isSeconds(text(name), least, most),
                    "must be a time between " + least + "s and " + most + "s, such as 20s or 1m");
            return Units.seconds(text(name));
        }

        private long bytes(String name) {
            demand(
                    name,
                    Units.isBytes(text(name), SMALLEST_BYTES, LARGEST_BYTES),
                    "must be a size from 64KB to 16TB, such as 500MB");
            return Units.bytes(text(name));
        }

        private @Nullable Path path(String name) {
            demand(name, text(name).indexOf('\0') < 0, "must be a file name");
            return text(name).isEmpty() ? null : Path.of(text(name));
        }

        private void demand(String name, boolean holds, String rule) {
            if (!holds) {
                String shown = name.equals("password") ? "..." : text(name).replaceAll("\\p{Cntrl}", "?");
                throw new IllegalArgumentException("parameter '" + name + "' " + rule + ", was '" + shown + "'");
            }
        }
    }
}
