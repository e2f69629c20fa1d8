package dev.caravan.http;

import dev.caravan.store.MessageStore;
import dev.caravan.store.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
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

    /**
     * @return completes when the message is in the database, and so may be acknowledged
     * @throws IllegalArgumentException where the exchange carries no MQTT topic
     */
    public CompletionStage<Void> keep(Exchange exchange) {
        Message message = exchange.getMessage();
        String topic = message.getHeader(MqttHeaders.TOPIC, String.class);
        if (topic == null) {
            throw new IllegalArgumentException("no header " + MqttHeaders.TOPIC + ": not an MQTT message");
        }
        byte[] body = message.getBody(byte[].class);
        Properties properties = Properties.of(message.getHeader(MqttHeaders.USER_PROPERTIES));
        String client = message.getHeader(MqttHeaders.PUBLISHER_CLIENT, String.class);
        return store.keep(new Publication(
                topic,
                body == null ? new byte[0] : body,
                properties.publisher(client),
                message.getHeader(MqttHeaders.QOS, 0, Integer.class),
                message.getHeader(MqttHeaders.RETAINED, false, Boolean.class),
                message.getHeader(MqttHeaders.CONTENT_TYPE, String.class),
                properties.kept(),
                message.getHeader(MqttHeaders.MESSAGE_ID, String.class),
                properties.correlationId));
    }

    /** The User Properties of a message: ours mean something here, the others are kept. */
    private static final class Properties {
        private final List<Map.Entry<String, String>> others = new ArrayList<>();
        private @Nullable String publisher;
        private @Nullable String correlationId;

        static Properties of(@Nullable Object header) {
            Properties properties = new Properties();
            if (header instanceof List<?> list) {
                for (Object item : list) {
                    if (item instanceof Map.Entry<?, ?> entry
                            && entry.getKey() instanceof String name
                            && entry.getValue() instanceof String value) {
                        properties.add(name, value);
                    }
                }
            }
            return properties;
        }

        /** Of a repeated one of ours the first counts. */
        private void add(String name, String value) {
            switch (name) {
                case MqttHeaders.ID -> correlationId = correlationId == null ? value : correlationId;
                case MqttHeaders.PUBLISHER -> {
                    publisher = publisher == null ? value : publisher;
                    others.add(Map.entry(name, value));
                }
                default -> others.add(Map.entry(name, value));
            }
        }

        String publisher(@Nullable String client) {
            if (publisher != null) {
                return publisher;
            }
            return client == null ? PublishRequest.ANONYMOUS : client;
        }

        /** The publisher of a message that came over HTTP is a column of its own. */
        List<Map.Entry<String, String>> kept() {
            if (correlationId != null) {
                others.removeIf(property -> property.getKey().equals(MqttHeaders.PUBLISHER));
            }
            return List.copyOf(others);
        }
    }
}
