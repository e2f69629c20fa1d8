package dev.caravan.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Answers as JSON in UTF-8. */
final class JsonAnswer {

    static final String MEDIA_TYPE = "application/json";

    private static final JsonFactory JSON = new JsonFactory();

    private JsonAnswer() {}

    /** What is written between the braces of the answer's object. */
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** The answer of an exchange: nothing that came with the request, only status, type and body. */
    static void answer(Exchange exchange, int status, Fields fields) {
        byte[] bytes = object(fields);
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, MEDIA_TYPE);
        message.setBody(ByteBuffer.wrap(bytes)); // A buffer is sent with its length, a byte array as a stream.
    }

    static void error(Exchange exchange, int status, String message) {
        answer(exchange, status, json -> json.writeStringField("error", message));
    }

    static byte[] error(String message) {
        return object(json -> json.writeStringField("error", message));
    }

    static byte[] object(Fields fields) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
