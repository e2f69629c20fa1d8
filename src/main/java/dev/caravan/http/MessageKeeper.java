package dev.caravan.http;

import dev.caravan.store.MessageStore;
import dev.caravan.store.Publication;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;

/**
 * The bean {@code messageStore} of the routes: puts an MQTT message that arrives in a route into the store. Thread-safe
 * as the store is.
 */
public final class MessageKeeper {

    private final MessageStore store;

    public MessageKeeper(MessageStore store) {
        this.store = store;
    }

    /** @throws IllegalArgumentException where the exchange carries no MQTT topic */
    public void keep(Exchange exchange) {
        Message message = exchange.getMessage();
        String topic = message.getHeader(MqttHeaders.TOPIC, String.class);
        if (topic == null) {
            throw new IllegalArgumentException("no header " + MqttHeaders.TOPIC + ": not an MQTT message");
        }
        byte[] body = message.getBody(byte[].class);
        String publisher = null;
        String id = null;
        if (message.getHeader(MqttHeaders.USER_PROPERTIES) instanceof List<?> properties) {
            publisher = first(properties, MqttHeaders.PUBLISHER);
            id = first(properties, MqttHeaders.ID);
        }
        store.keep(new Publication(
                topic,
                body == null ? new byte[0] : body,
                publisher == null ? PublishRequest.ANONYMOUS : publisher,
                message.getHeader(MqttHeaders.QOS, 0, Integer.class),
                message.getHeader(MqttHeaders.RETAINED, false, Boolean.class),
                message.getHeader(MqttHeaders.CONTENT_TYPE, String.class),
                id));
    }

    private static @Nullable String first(List<?> properties, String name) {
        for (Object property : properties) {
            if (property instanceof Map.Entry<?, ?> entry
                    && name.equals(entry.getKey())
                    && entry.getValue() instanceof String value) {
                return value;
            }
        }
        return null;
    }
}
