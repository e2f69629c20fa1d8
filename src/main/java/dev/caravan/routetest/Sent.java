package dev.caravan.routetest;

import java.util.Map;

/** What a test sends. Immutable by convention: nobody writes into the payloads. */
sealed interface Sent {

    byte[] payload();

    /** Camel headers besides those that the way in sets itself. */
    Map<String, Object> headers();

    /**
     * A message that a client publishes.
     *
     * @param remote whether at the broker at the other end of a bridge
     */
    record Publish(
            String topic,
            byte[] payload,
            int qos,
            boolean retain,
            Map<String, String> userProperties,
            boolean remote,
            Map<String, Object> headers)
            implements Sent {}

    /**
     * An HTTP request.
     *
     * @param path without the query
     * @param query as it stands in the request line, empty for none
     */
    record Request(String method, String path, String query, byte[] payload, Map<String, Object> headers)
            implements Sent {}

    /** A message straight into the route, however it begins. */
    record Plain(byte[] payload, Map<String, Object> headers) implements Sent {}
}
