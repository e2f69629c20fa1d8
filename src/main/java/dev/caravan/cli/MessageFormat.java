package dev.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How {@code sub} writes a message: a part of the formats of mosquitto_sub's {@code -F}. After {@code %}: {@code t}
 * topic, {@code p} payload, {@code x} {@code X} payload in hexadecimal, {@code l} its length, {@code q} QoS, {@code r}
 * retained, {@code I} time in ISO 8601, {@code U} seconds since 1970, {@code j} all as JSON, {@code J} the same with a
 * payload that is JSON itself, {@code C} content type, {@code R} response topic, {@code P} user properties, {@code %}.
 * After {@code \}: {@code n t r 0 a e \}. Immutable, thread-safe.
 */
final class MessageFormat {

    /** One part of the line. */
    @FunctionalInterface
    private interface Part {
        void write(IncomingMessage message, ZonedDateTime time, OutputStream out) throws IOException;
    }

    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssZ");
    private static final DateTimeFormatter ISO_MICROS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSZ");
    private static final Map<Character, Character> ESCAPES =
            Map.of('n', '\n', 't', '\t', 'r', '\r', '0', '\0', 'a', '\u0007', 'e', '\u001b', '\\', '\\');

    private final ObjectMapper json = new ObjectMapper();
    private final List<Part> parts = new ArrayList<>();

    private MessageFormat() {}

    /** The payload, and before it with {@code verbose} the topic. */
    static MessageFormat plain(boolean verbose, boolean newLine) {
        MessageFormat format = new MessageFormat();
        if (verbose) {
            format.text((m, t) -> m.topic() + " ");
        }
        format.parts.add((m, t, out) -> {
            if (verbose && newLine && m.payload().length == 0) {
                out.write("(null)".getBytes(StandardCharsets.UTF_8));
            } else {
                out.write(m.payload());
            }
        });
        format.newLine(newLine);
        return format;
    }

    /** @throws IllegalArgumentException naming the sequence that is unknown */
    static MessageFormat of(String pattern, boolean newLine) {
        MessageFormat format = new MessageFormat();
        StringBuilder literal = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            if (c != '%' && c != '\\' && c != '@') {
                literal.append(c);
                continue;
            }
            i++;
            char code = i < pattern.length() ? pattern.charAt(i) : '\0';
            if ((c == '%' && code == '%') || (c == '@' && code == '@')) {
                literal.append(c);
            } else if (c == '\\' && ESCAPES.containsKey(code)) {
                literal.append(ESCAPES.get(code));
            } else if (c == '%') {
                format.literal(literal);
                format.parameter(code);
            } else {
                throw new IllegalArgumentException("-F: '" + c + printable(code) + "' is not supported");
            }
        }
        format.literal(literal);
        format.newLine(newLine);
        return format;
    }

    /**
     * @throws JsonProcessingException when the format wants a payload of JSON and it is none; nothing was written then
     * @throws IOException when the reader of {@code out} has gone
     */
    void write(IncomingMessage message, ZonedDateTime time, OutputStream out) throws IOException {
        if (parts.size() <= 2) {
            for (Part part : parts) {
                part.write(message, time, out);
            }
            return;
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (Part part : parts) {
            part.write(message, time, line);
        }
        line.writeTo(out);
    }

    @FunctionalInterface
    private interface Text {
        String of(IncomingMessage message, ZonedDateTime time) throws IOException;
    }

    private void text(Text text) {
        parts.add((m, t, out) -> out.write(text.of(m, t).getBytes(StandardCharsets.UTF_8)));
    }

    private void literal(StringBuilder literal) {
        if (literal.length() > 0) {
            String text = literal.toString();
            text((m, t) -> text);
            literal.setLength(0);
        }
    }

    private void newLine(boolean newLine) {
        if (newLine) {
            parts.add((m, t, out) -> out.write('\n'));
        }
    }

    private void parameter(char code) {
        switch (code) {
            case 't' -> text((m, t) -> m.topic());
            case 'p' -> parts.add((m, t, out) -> out.write(m.payload()));
            case 'x' -> text((m, t) -> HexFormat.of().formatHex(m.payload()));
            case 'X' -> text((m, t) -> HexFormat.of().withUpperCase().formatHex(m.payload()));
            case 'l' -> text((m, t) -> String.valueOf(m.payload().length));
            case 'q' -> text((m, t) -> String.valueOf(m.qos()));
            case 'r' -> text((m, t) -> m.retain() ? "1" : "0");
            case 'I' -> text((m, t) -> ISO.format(t));
            case 'U' -> text((m, t) -> t.toEpochSecond() + "." + String.format("%09d", t.getNano()));
            case 'C' -> text((m, t) -> m.contentType());
            case 'R' -> text((m, t) -> m.responseTopic());
            case 'P' ->
                text((m, t) -> m.userProperties().stream()
                        .map(p -> p.getKey() + ":" + p.getValue())
                        .collect(Collectors.joining(" ")));
            case 'j' ->
                text((m, t) -> {
                    ObjectNode node = envelope(m, t);
                    node.put(
                            "payload",
                            m.payload().length == 0 ? null : new String(m.payload(), StandardCharsets.UTF_8));
                    return json.writeValueAsString(node);
                });
            case 'J' ->
                text((m, t) -> {
                    ObjectNode node = envelope(m, t);
                    node.set("payload", json.readTree(new String(m.payload(), StandardCharsets.UTF_8)));
                    return json.writeValueAsString(node);
                });
            default -> throw new IllegalArgumentException("-F: '%" + printable(code) + "' is not supported");
        }
    }

    private ObjectNode envelope(IncomingMessage message, ZonedDateTime time) {
        return json.createObjectNode()
                .put("tst", ISO_MICROS.format(time))
                .put("topic", message.topic())
                .put("qos", message.qos())
                .put("retain", message.retain() ? 1 : 0)
                .put("payloadlen", message.payload().length);
    }

    private static String printable(char code) {
        return Character.isISOControl(code) ? "" : String.valueOf(code);
    }
}
