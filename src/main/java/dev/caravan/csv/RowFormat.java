package dev.caravan.csv;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.json.JsonPath;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Message;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/** Turns messages into rows of the given columns. Immutable, thread-safe. */
final class RowFormat {

    /** RFC 4180's quoting; for the line end see the package. */
    static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();

    /** As many as a spreadsheet and a reader bear; a sender that makes up names must not widen the file for ever. */
    static final int MOST_COLUMNS = 100;

    private static final int LONGEST_NAME = 100;

    /** Set by our MQTT component and by stock camel-paho-mqtt5. */
    private static final String TOPIC_HEADER = "CamelMqttTopic";

    private static final String USER_PROPERTIES_HEADER = "CamelMqttUserProperties";

    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Column> columns;
    private final List<String> header;
    /** The payload's fields that columns name; what else a payload has is unknown. */
    private final Set<String> known;

    /** Whether a column takes the whole payload. */
    private final boolean whole;
    /** Whether a column takes an element, where the payload is an array. */
    private final boolean elements;

    RowFormat(List<Column> columns) {
        this.columns = List.copyOf(columns);
        this.header = columns.stream().map(Column::name).toList();
        this.known = new LinkedHashSet<>();
        boolean isWhole = false;
        boolean isElement = false;
        for (Column column : columns) {
            for (CellSource source : column.sources()) {
                if (source instanceof CellSource.Field field) {
                    List<JsonPath.Step> steps = field.path().steps();
                    isWhole |= steps.isEmpty();
                    if (!steps.isEmpty()) {
                        isElement |= steps.get(0).index() >= 0;
                        known.add(steps.get(0).name());
                    }
                }
            }
        }
        this.whole = isWhole;
        this.elements = isElement;
    }

    List<String> header() {
        return header;
    }

    /**
     * @param received when the message came
     * @throws RowException when the body is neither an object nor what a column can take, or a value is not of its column's type
     */
    Row row(Message message, Instant received) {
        Object body = message.getBody();
        if (!(body instanceof Map) && !(whole && isJson(body)) && !(elements && body instanceof List)) {
            throw new RowException("payload is not a JSON object", "payload is not a JSON object");
        }
        StringBuilder line = new StringBuilder(128);
        int missing = 0;
        int nested = 0;
        boolean first = true;
        try {
            for (Column column : columns) {
                Object value = value(column, message, body, received);
                if (value == null) {
                    missing++;
                } else if (value instanceof Map || value instanceof Collection) {
                    value = JSON.writeValueAsString(value);
                    nested++;
                }
                // An empty line would be no row to most readers, so the only cell of a row is quoted when it is empty.
                CSV.print(value == null && columns.size() == 1 ? "" : value, line, first);
                first = false;
            }
            CSV.println(line);
        } catch (JsonProcessingException e) {
            throw new RowException("value has no JSON text", "value has no JSON text: " + e.getOriginalMessage());
        } catch (java.io.IOException e) {
            throw new AssertionError("a StringBuilder takes everything", e);
        }
        return new Row(line.toString(), body instanceof Map<?, ?> fields ? unknown(fields) : 0, missing, nested);
    }

    private int unknown(Map<?, ?> fields) {
        int unknown = fields.size();
        for (String name : known) {
            unknown -= fields.containsKey(name) ? 1 : 0;
        }
        return unknown;
    }

    /** This format with a column for each field that has none, as far as there is room; itself where nothing is added. */
    RowFormat widened(Map<?, ?> fields) {
        if (columns.size() >= MOST_COLUMNS || unknown(fields) == 0) {
            return this;
        }
        List<Column> wider = new ArrayList<>(columns);
        Set<String> taken = new HashSet<>(header);
        for (Object key : fields.keySet()) {
            if (wider.size() < MOST_COLUMNS
                    && key instanceof String name
                    && !known.contains(name)
                    && isName(name)
                    && taken.add(name)) {
                wider.add(Column.ofField(name));
            }
        }
        return wider.size() == columns.size() ? this : new RowFormat(wider);
    }

    /** This format with the columns that a file has behind it; itself where the file does not begin with its header. */
    RowFormat widened(List<String> found) {
        if (found.size() <= columns.size()
                || found.size() > MOST_COLUMNS
                || !found.subList(0, columns.size()).equals(header)
                || new HashSet<>(found).size() != found.size()) {
            return this;
        }
        List<Column> wider = new ArrayList<>(columns);
        found.subList(columns.size(), found.size()).forEach(name -> wider.add(Column.ofField(name)));
        return new RowFormat(wider);
    }

    private static boolean isName(String name) {
        return !name.isBlank()
                && name.length() <= LONGEST_NAME
                && name.chars().noneMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c));
    }

    private static boolean isJson(@Nullable Object body) {
        return body instanceof Number || body instanceof Boolean || body instanceof String || body instanceof List;
    }

    private static @Nullable Object value(Column column, Message message, Object body, Instant received) {
        for (CellSource source : column.sources()) {
            Object value =
                    source instanceof CellSource.Field field ? field.path().in(body) : null;
            if (value != null) {
                if (!column.type().takes(value)) {
                    throw refused(column, CellType.kindOf(value));
                }
                return value;
            }
            String text = text(source, message, received);
            if (text != null) {
                if (!column.type().takesText(text)) {
                    throw refused(column, "other text");
                }
                return text;
            }
        }
        return null;
    }

    /** What a source other than the payload has for a message; null where it has nothing. */
    static @Nullable String text(CellSource source, Message message, Instant received) {
        if (source instanceof CellSource.Received) {
            return MILLISECONDS.format(received);
        }
        if (source instanceof CellSource.Header header) {
            Object value = message.getHeader(header.name());
            return value instanceof CharSequence || value instanceof Number || value instanceof Boolean
                    ? value.toString()
                    : null;
        }
        if (source instanceof CellSource.UserProperty property) {
            return userProperty(message.getHeader(USER_PROPERTIES_HEADER), property.name());
        }
        if (source instanceof CellSource.Field) {
            return null;
        }
        if (!(message.getHeader(TOPIC_HEADER) instanceof String topic)) {
            return null;
        }
        return source instanceof CellSource.TopicLevel level ? level(topic, level.number()) : topic;
    }

    private static @Nullable String userProperty(@Nullable Object properties, String name) {
        if (properties instanceof Iterable<?> entries) {
            for (Object element : entries) {
                if (element instanceof Map.Entry<?, ?> entry && name.equals(entry.getKey())) {
                    return String.valueOf(entry.getValue());
                }
            }
        }
        return null;
    }

    private static RowException refused(Column column, String kind) {
        return new RowException(
                "column '" + column.name() + "' is not " + column.type().rule(),
                "column '" + column.name() + "' must be " + column.type().rule() + ", was " + kind);
    }

    private static @Nullable String level(String topic, int number) {
        int from = 0;
        for (int i = 1; i < number; i++) {
            from = topic.indexOf('/', from) + 1;
            if (from == 0) {
                return null;
            }
        }
        int to = topic.indexOf('/', from);
        return to < 0 ? topic.substring(from) : topic.substring(from, to);
    }
}
