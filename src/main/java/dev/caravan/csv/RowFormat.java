package dev.caravan.csv;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.jspecify.annotations.Nullable;

/** Turns an object into the row of the given columns. Immutable, thread-safe. */
final class RowFormat {

    /** RFC 4180's quoting; for the line end see the package. */
    static final CSVFormat CSV =
            CSVFormat.RFC4180.builder().setRecordSeparator('\n').get();

    private static final DateTimeFormatter MILLISECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final List<Column> columns;
    private final ObjectMapper json = new ObjectMapper();

    RowFormat(List<Column> columns) {
        this.columns = columns;
    }

    List<String> header() {
        return columns.stream().map(Column::name).toList();
    }

    /**
     * @param topic the MQTT topic, where there is one
     * @param received when the message came
     */
    Row row(Map<?, ?> fields, @Nullable String topic, Instant received) throws IOException {
        StringBuilder line = new StringBuilder(128);
        int known = 0;
        int missing = 0;
        int nested = 0;
        boolean first = true;
        for (Column column : columns) {
            Object value = fields.get(column.name());
            if (value != null || fields.containsKey(column.name())) {
                known++;
            }
            if (value == null) {
                value = fallback(column, topic, received);
                missing += value == null ? 1 : 0;
            } else if (value instanceof Map || value instanceof Collection) {
                value = json.writeValueAsString(value);
                nested++;
            }
            // An empty line would be no row to most readers, so the only cell of a row is quoted when it is empty.
            CSV.print(value == null && columns.size() == 1 ? "" : value, line, first);
            first = false;
        }
        CSV.println(line);
        return new Row(line.toString(), fields.size() - known, missing, nested);
    }

    private static @Nullable String fallback(Column column, @Nullable String topic, Instant received) {
        return switch (column.fallback()) {
            case EMPTY -> null;
            case RECEIVED -> MILLISECONDS.format(received);
            case TOPIC_LEVEL -> topic == null ? null : level(topic, column.topicLevel());
        };
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
