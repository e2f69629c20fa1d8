package dev.caravan.store;

import java.util.List;
import java.util.Map;
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
 * @param userProperties MQTT 5's User Properties, in order and with duplicates
 * @param sourceId tells this message from every other of its broker and is the same on each redelivery, so that a message
 *     that is delivered again is kept once; null where the broker gives none: then each delivery is kept
 * @param correlationId what {@link MessageStore#whenKept} waits for, null where nobody can wait
 */
public record Publication(
        String topic,
        byte[] payload,
        String publisher,
        int qos,
        boolean retained,
        @Nullable String contentType,
        List<Map.Entry<String, String>> userProperties,
        @Nullable String sourceId,
        @Nullable String correlationId) {}
