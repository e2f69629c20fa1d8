package dev.caravan.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every setting of ours. The same key is read from the command line ({@code --http.port=9090}), the environment
 * ({@code HTTP_PORT=9090}) and {@code config/application.properties}, the first that names it wins.
 */
public enum Key {
    MQTT_HOST("mqtt.host", "127.0.0.1", Rule.HOST, "Address that MQTT, MQTT over TLS and over WebSocket listen on"),
    MQTT_PORT("mqtt.port", "1883", Rule.PORT, "Port of MQTT over TCP"),
    MQTT_WS_PORT("mqtt.ws.port", "8083", Rule.PORT_OR_OFF, "Port of MQTT over WebSocket, path /mqtt"),
    MQTT_TLS_PORT("mqtt.tls.port", "off", Rule.PORT_OR_OFF, "Port of MQTT over TLS; needs mqtt.tls.certificate"),
    MQTT_TLS_CERTIFICATE(
            "mqtt.tls.certificate", "", Rule.TEXT, "PEM file with the certificate chain and the private key"),
    MQTT_MAX_PACKET_SIZE(
            "mqtt.max-packet-size", "2MB", Rule.SIZE, "Largest MQTT packet a client may send; 64 KB for CONNECT"),
    MQTT_SESSION_EXPIRY(
            "mqtt.session-expiry",
            "7d",
            Rule.SESSION_EXPIRY,
            "How long the session of an absent MQTT 3.1 or 3.1.1 client is kept"),
    MQTT_CLIENT_ID("mqtt.client-id", "caravan", Rule.CLIENT_ID, "Prefix of the client identifiers of our own routes"),
    MQTT_URL("mqtt.url", "", Rule.BROKER_URL_OR_EMPTY, "The outside broker, when broker.embedded=false"),
    MQTT_USER("mqtt.user", "", Rule.TEXT, "User name at the outside broker"),
    MQTT_PASSWORD("mqtt.password", "", Rule.TEXT, "Password at the outside broker"),
    BROKER_EMBEDDED("broker.embedded", "true", Rule.BOOLEAN, "Whether this process is the broker"),
    ARTEMIS_DIRECTORY("artemis.directory", "artemis", Rule.PATH, "Folder with broker.xml; built-in copy when absent"),
    HTTP_HOST("http.host", "127.0.0.1", Rule.HOST, "Address that HTTP listens on"),
    HTTP_PORT("http.port", "8080", Rule.PORT, "Port of HTTP"),
    HTTP_MAX_BODY_SIZE("http.max-body-size", "4MB", Rule.SIZE, "Largest HTTP request body"),
    HTTP_MAX_OPEN_ANSWERS(
            "http.max-open-answers",
            "1000",
            Rule.COUNT,
            "Long polls, event streams, downloads and reads of the database that may be open at once; more are answered 503"),
    HTTP_ALLOWED_HOSTS(
            "http.allowed-hosts",
            "",
            Rule.TEXT,
            "Further names, comma-separated, that a request may carry as Host, and a web page that uses WebSocket as Origin, for example a reverse proxy's"),
    DATA_DIRECTORY("data.directory", "data", Rule.PATH, "Folder of everything that is written"),
    ROUTES_DIRECTORY("routes.directory", "routes", Rule.PATH, "Folder of the YAML routes; built-in copy when absent"),
    BRIDGE_CLOUD_URL("bridge.cloud.url", "", Rule.BROKER_URL_OR_EMPTY, "The second broker; empty: no bridge"),
    BRIDGE_CLOUD_USER("bridge.cloud.user", "", Rule.TEXT, "User name at the second broker"),
    BRIDGE_CLOUD_PASSWORD("bridge.cloud.password", "", Rule.TEXT, "Password at the second broker"),
    BRIDGE_CLOUD_CLIENT_ID(
            "bridge.cloud.client-id", "caravan-cloud", Rule.CLIENT_ID, "Client identifier at the second broker"),
    BRIDGE_CLOUD_CA_FILE(
            "bridge.cloud.ca-file",
            "",
            Rule.TEXT,
            "PEM file of the certificates to trust at the second broker; empty: those of Java"),
    ALERT_HIGH_TEMPERATURE(
            "alert.high-temperature", "35.0", Rule.NUMBER, "A temperature above this raises the high_temp alert"),
    HISTORY_MESSAGES_PER_TOPIC(
            "history.messages-per-topic", "100", Rule.COUNT, "Messages of each topic kept in memory, the newest"),
    HISTORY_TOPICS("history.topics", "10000", Rule.COUNT, "Topics kept in memory, those written to last"),
    HISTORY_MAX_BYTES("history.max-bytes", "64MB", Rule.SIZE, "Bytes of payloads and names kept in memory"),
    STORE_URL(
            "store.url",
            "",
            Rule.STORE_URL_OR_EMPTY,
            "The database of the message store; empty: the SQLite file store/messages.db in the data folder"),
    STORE_USER("store.user", "", Rule.TEXT, "User name at the database"),
    STORE_PASSWORD("store.password", "", Rule.TEXT, "Password at the database"),
    STORE_MESSAGES_PER_TOPIC(
            "store.messages-per-topic", "off", Rule.BOUND_OR_OFF, "Messages kept of each topic, the newest"),
    STORE_MAX_MESSAGES("store.max-messages", "10000000", Rule.BOUND, "Messages kept of all topics, the newest"),
    STORE_MAX_BYTES("store.max-bytes", "1GB", Rule.DISK_SIZE, "Bytes of the database in use; the oldest go first"),
    STORE_MAX_AGE("store.max-age", "30d", Rule.AGE, "How long a message is kept"),
    STORE_QUEUE_MESSAGES(
            "store.queue-messages",
            "10000",
            Rule.QUEUE,
            "Messages that may wait for the database; then the routes that bring more wait too"),
    STORE_FSYNC(
            "store.fsync",
            "batch",
            Rule.SYNC,
            "When SQLite's file is forced to the disk: with every batch, or never, for a loss of power to cost seconds"),
    DEAD_LETTER_MAX_SIZE(
            "dead-letter.max-size", "64MB", Rule.SIZE, "Size at which a dead-letter file starts anew, one old kept"),
    SECURITY_ANONYMOUS_BEYOND_LOOPBACK(
            "security.anonymous-beyond-loopback",
            "false",
            Rule.BOOLEAN,
            "Lets clients without a user name in from other machines. Only behind a firewall of your own");

    private final String dotted;
    private final String defaultValue;
    private final Rule rule;
    private final String description;

    Key(String dotted, String defaultValue, Rule rule, String description) {
        this.dotted = dotted;
        this.defaultValue = defaultValue;
        this.rule = rule;
        this.description = description;
    }

    /** The key as it is written, for example {@code http.port}. */
    public String dotted() {
        return dotted;
    }

    /** The name of the environment variable, for example {@code HTTP_PORT}. */
    public String environmentName() {
        return dotted.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    public String defaultValue() {
        return defaultValue;
    }

    public Rule rule() {
        return rule;
    }

    /** One sentence for the reference page and {@code --help}. */
    public String description() {
        return description;
    }

    static Optional<Key> of(String dotted) {
        return Arrays.stream(values()).filter(k -> k.dotted.equals(dotted)).findFirst();
    }

    /** Whether the first word of {@code name} is one of ours, so that no other key may begin with it. */
    static boolean isOurGroup(String name) {
        return Arrays.stream(values()).anyMatch(k -> sameGroup(k.dotted, name));
    }

    static boolean sameGroup(String a, String b) {
        return firstWord(a).equals(firstWord(b));
    }

    private static String firstWord(String name) {
        int dot = name.indexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Key::dotted).toList();
    }
}
