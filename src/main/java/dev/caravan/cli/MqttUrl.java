package dev.caravan.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A broker and a topic in one word, as mosquitto_pub and mosquitto_sub write it:
 * {@code mqtt(s)://[user[:password]@]host[:port]/topic}. Nothing in it is decoded, so a topic may hold {@code #} and a
 * password {@code %}.
 *
 * @param port -1 when it is not given
 */
record MqttUrl(boolean tls, @Nullable String user, @Nullable String password, String host, int port, String topic) {

    private static final Pattern FORM =
            Pattern.compile("(mqtts?)://(?:([^:@/]*)(?::([^@/]*))?@)?(\\[[^]/]+]|[^:/@\\[]+)(?::(\\d{1,5}))?/(.+)");

    /** @throws IllegalArgumentException without the text, which may hold a password */
    static MqttUrl parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "the URL must be mqtt://[user[:password]@]host[:port]/topic or mqtts://...");
        }
        String host = matcher.group(4);
        return new MqttUrl(
                matcher.group(1).equals("mqtts"),
                matcher.group(2),
                matcher.group(3),
                host.startsWith("[") ? host.substring(1, host.length() - 1) : host,
                matcher.group(5) == null ? -1 : Integer.parseInt(matcher.group(5)),
                matcher.group(6));
    }
}
