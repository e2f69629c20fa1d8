package dev.caravan.store;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message of the history. The payload is shared between all readers: none of them changes it.
 *
 * @param id grows strictly over the whole store, also over restarts, and has gaps: the timestamp
 * @param topic the Topic Name
 * @param payload the application message, possibly empty
 * @param timestamp microseconds since 1970-01-01T00:00:00Z; grows strictly over the whole store, so no two are equal
 * @param publisher who says to have published it
 * @param qos 0, 1 or 2, as it was delivered to the store
 * @param retained the RETAIN flag as it arrived
 * @param contentType MQTT 5's Content Type, null where the publisher gave none
 * @param userProperties MQTT 5's User Properties, in order and with duplicates
 */
public record StoredMessage(
        long id,
        String topic,
        byte[] payload,
        long timestamp,
        String publisher,
        int qos,
        boolean retained,
        @Nullable String contentType,
        List<Map.Entry<String, String>> userProperties) {

    /** Estimated bytes that a message costs besides its payload and texts: objects, references, map entries. */
    static final long FIXED_COST = 160;

    private static final int PROPERTY_COST = 150;

    /** The memory it takes, estimated: payload, topic, publisher, Content Type, User Properties and a fixed cost. */
    public long bytes() {
        long texts = topic.length() + publisher.length() + (contentType == null ? 0 : contentType.length());
        for (Map.Entry<String, String> property : userProperties) {
            texts += PROPERTY_COST
                    + property.getKey().length()
                    + property.getValue().length();
        }
        return FIXED_COST + texts + payload.length;
    }
}
