package dev.caravan.routetest;

import dev.caravan.mqtt.MqttHeaders;
import dev.caravan.mqtt.MqttMessage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something that came out of the routes.
 *
 * @param to where it went: an endpoint without options, such as {@code paho-mqtt5:a/b}, or one of the names below
 * @param topic the MQTT topic, empty where there is none
 * @param qos -1 where there is none
 * @param status of an HTTP answer, otherwise 0
 * @param text the CSV row, log line or reason; of others, a remark for whoever looks at a failure
 */
record Arrival(
        String to,
        String topic,
        byte[] payload,
        int qos,
        boolean retain,
        int status,
        String text,
        Map<String, Object> headers) {

    /** The answer of an HTTP request. */
    static final String ANSWER = "answer";

    /** The bean {@code deadLetters}. */
    static final String DEAD_LETTER = "dead-letter";

    /** A {@code log} step or endpoint. */
    static final String LOG = "log";

    /** A failure that no error handler of the route took. */
    static final String ERROR = "error";

    /** The other end of a bridge. */
    static final String REMOTE = "remote";

    /** The near end of a bridge. */
    static final String LOCAL = "local";

    private static final int LONGEST = 200;

    static Arrival published(String to, MqttMessage message, Map<String, Object> headers) {
        return new Arrival(to, message.topic(), message.payload(), message.qos(), message.retain(), 0, "", headers);
    }

    static Arrival crossed(String to, String topic, byte[] payload, int qos, boolean retain) {
        return new Arrival(to, topic, payload, qos, retain, 0, "", Map.of());
    }

    static Arrival text(String to, String text) {
        return new Arrival(to, "", new byte[0], -1, false, 0, text, Map.of());
    }

    static Arrival deadLetter(String topic, byte[] payload, String reason) {
        return new Arrival(DEAD_LETTER, topic, payload, -1, false, 0, reason, Map.of());
    }

    static Arrival answer(int status, byte[] payload, String remark, Map<String, Object> headers) {
        return new Arrival(ANSWER, "", payload, -1, false, status, remark, headers);
    }

    /** Whether it stays inside the program: a test that does not ask for it does not mind it. */
    boolean isInside() {
        return to.equals(LOG) || to.startsWith("bean:") || to.startsWith("class:");
    }

    /** The user properties of MQTT 5. */
    Map<String, String> userProperties() {
        Map<String, String> properties = new LinkedHashMap<>();
        Object header = headers.get(MqttHeaders.USER_PROPERTIES);
        Iterable<?> entries =
                header instanceof Map<?, ?> map ? map.entrySet() : header instanceof List<?> list ? list : List.of();
        for (Object entry : entries) {
            if (entry instanceof Map.Entry<?, ?> property) {
                properties.put(String.valueOf(property.getKey()), String.valueOf(property.getValue()));
            }
        }
        return properties;
    }

    /** What it is, in one line. */
    String describe() {
        return switch (to) {
            case LOG -> "log '" + shown(text) + "'";
            case ERROR -> "error '" + shown(text) + "'";
            case DEAD_LETTER -> "dead-letter '" + shown(text) + "', payload " + shown(payload);
            case ANSWER -> "answer " + status + " " + shown(payload) + (text.isEmpty() ? "" : " (" + text + ")");
            default ->
                to
                        + (topic.isEmpty() ? "" : " topic " + topic)
                        + (to.startsWith("csv-log:") ? " row " + shown(text) : " payload " + shown(payload));
        };
    }

    /** A payload as people read it: text, or base64 where it is none. */
    static String shown(byte[] payload) {
        String text = text(payload);
        return text == null
                ? "base64 " + shown(Base64.getEncoder().encodeToString(payload))
                : payload.length == 0 ? "(empty)" : shown(text);
    }

    static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", "?");
        return line.length() > LONGEST ? line.substring(0, LONGEST) + "..." : line;
    }

    /** Null where it is no UTF-8. */
    static @Nullable String text(byte[] payload) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(payload))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
