package dev.caravan.http;

import dev.caravan.export.PayloadJson;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a query, read from the request line itself: Camel mixes parameters and HTTP headers of the same name
 * into one header. Of a repeated parameter the first counts.
 */
final class Query {

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
        Map<String, String> parameters = new HashMap<>();
        if (rawQuery != null) {
            for (String pair : rawQuery.split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
                parameters.putIfAbsent(name, value);
            }
        }
        return new Query(parameters);
    }

    @Nullable
    String get(String name) {
        return parameters.get(name);
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
