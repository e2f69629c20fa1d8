package dev.caravan.store;

import org.jspecify.annotations.Nullable;

/**
 * A message on its way into the store, as it arrived. The payload is not copied: whoever hands it over no longer
 * changes it.
 *
 * @param topic the Topic Name
 * @param payload the application message, possibly empty
 * @param publisher who says to have published it
 * @param qos 0, 1 or 2
 * @param retained the RETAIN flag as it arrived
 * @param contentType MQTT 5's Content Type, null where the publisher gave none
 * @param correlationId what {@link MessageStore#whenKept} waits for, null where nobody can wait
 */
public record Publication(
        String topic,
        byte[] payload,
        String publisher,
        int qos,
        boolean retained,
        @Nullable String contentType,
        @Nullable String correlationId) {}
