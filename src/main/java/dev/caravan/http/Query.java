package dev.caravan.http;

import dev.caravan.export.PayloadJson;
import dev.caravan.settings.Spelling;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a query, read from the request line itself: Camel mixes parameters and HTTP headers of the same name
 * into one header. Of a repeated parameter the first counts.
 */
final class Query {

    /**
     * A + that is a whole level of a topic filter. In a query it stands for a space; but hardly any topic has a level of one
     * space, and whoever forgets to escape the wildcard would silently read nothing.
     */
    private static final Pattern WILDCARD_LEVEL = Pattern.compile("(?<=^|/|%2[Ff])\\+(?=$|/|%2[Ff])");

    private final Map<String, String> parameters;

    private Query(Map<String, String> parameters) {
        this.parameters = parameters;
    }

    /** @throws RequestException where the query is not percent-encoded UTF-8 */
    static Query of(Exchange exchange) {
        return parse(exchange.getMessage().getHeader(Exchange.HTTP_RAW_QUERY, String.class));
    }

    /** @throws RequestException where the query is not percent-encoded UTF-8 */
    static Query parse(@Nullable String rawQuery) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (rawQuery != null) {
            for (String pair : rawQuery.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                if (name.equals("topic")) {
                    value = WILDCARD_LEVEL.matcher(value).replaceAll("%2B");
                }
                parameters.putIfAbsent(name, decode(value));
            }
        }
        return new Query(parameters);
    }

    @Nullable
    String get(String name) {
        return parameters.get(name);
    }

    /**
     * Refuses what nobody reads: an answer to a misspelled question would look right.
     *
     * @param known in lower case
     * @throws RequestException naming the nearest one that is known
     */
    void allowOnly(String... known) {
        for (String name : parameters.keySet()) {
            if (!name.isEmpty() && !List.of(known).contains(name)) {
                throw RequestException.badRequest("Unknown parameter '" + name + "'; did you mean '"
                        + Spelling.nearest(name.substring(0, Math.min(name.length(), 100)), List.of(known)) + "'?");
            }
        }
    }

    /**
     * A part of a path, where a + is a +.
     *
     * @throws RequestException where it is not percent-encoded UTF-8
     */
    static String decodePath(String encoded) {
        return decode(encoded.replace("+", "%2B"));
    }

    private static String decode(String encoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '+') {
                bytes.write(' ');
            } else if (c == '%') {
                bytes.write(hexByte(encoded, i));
                i += 2;
            } else if (c <= 0xFF) {
                bytes.write(c); // The request line is read byte by byte: curl sends UTF-8 as it is typed.
            } else {
                throw notUtf8();
            }
        }
        String text = PayloadJson.utf8(bytes.toByteArray());
        if (text == null) {
            throw notUtf8();
        }
        return text;
    }

    private static RequestException notUtf8() {
        return RequestException.badRequest("Query must be percent-encoded UTF-8");
    }

    private static int hexByte(String encoded, int percent) {
        int high = percent + 2 < encoded.length() ? Character.digit(encoded.charAt(percent + 1), 16) : -1;
        int low = percent + 2 < encoded.length() ? Character.digit(encoded.charAt(percent + 2), 16) : -1;
        if (high < 0 || low < 0) {
            throw RequestException.badRequest("Query must have two hexadecimal digits after each %");
        }
        return high * 16 + low;
    }
}
