package dev.caravan.broker;

import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubscriptionOption;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.filter.Filter;
import org.apache.activemq.artemis.core.filter.impl.FilterImpl;
import org.apache.activemq.artemis.core.io.IOCallback;
import org.apache.activemq.artemis.core.persistence.impl.journal.JournalRecordIds;
import org.apache.activemq.artemis.core.persistence.impl.journal.codec.PersistentQueueBindingEncoding;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerQueuePlugin;
import org.apache.activemq.artemis.reader.MessageUtil;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a client's own messages out of its subscriptions with No Local (MQTT 5.0, 3.8.3-3). Artemis 2.55.0 only hides
 * them from the client: they stay in the queue for ever. Here the queue itself refuses them. Its retained messages come
 * in by a side door when a client subscribes: its own among them are held back, and deleted before the SUBACK.
 *
 * <p>An interceptor of what is sent, before {@link SubscriptionOptions}. Called by the broker's threads, safe for many at
 * a time.
 */
final class NoLocal implements ActiveMQServerMessagePlugin, ActiveMQServerQueuePlugin, MQTTInterceptor {

    private static final Logger log = LoggerFactory.getLogger(NoLocal.class);

    /** Holds the publisher's Client Identifier in spite of its name. */
    private static final String PUBLISHER = MessageUtil.CONNECTION_ID_PROPERTY_NAME.toString();

    private static final String AND = " AND ";

    private final ActiveMQServer server;
    private final SubscriptionOptions options;

    NoLocal(ActiveMQServer server, SubscriptionOptions options) {
        this.server = server;
        this.options = options;
    }

    @Override
    public void beforeCreateQueue(QueueConfiguration queue) {
        String name = queue.getName().toString();
        String address = queue.getAddress().toString();
        if (name.endsWith("." + address)) {
            String clientId = name.substring(0, name.length() - address.length() - 1);
            MqttSubscriptionOption option = options.find(clientId, name, address);
            if (option != null && option.isNoLocal()) {
                queue.setFilterString(filter(text(queue.getFilterString()), clientId, true));
            }
        }
    }

    @Override
    public boolean canAccept(ServerConsumer consumer, MessageReference reference) throws ActiveMQException {
        Message message = reference.getMessage();
        if (!message.containsProperty(MQTTUtil.MQTT_MESSAGE_RETAIN_INITIAL_DISTRIBUTION_KEY)) {
            return true;
        }
        Queue queue = consumer.getQueue();
        Filter filter = queue.getFilter();
        if (filter != null && !filter.match(message)) {
            return false;
        }
        // The filter of a queue that is older than this SUBSCRIBE may not be set yet.
        String publisher = message.getStringProperty(MessageUtil.CONNECTION_ID_PROPERTY_NAME);
        String name = queue.getName().toString();
        String address = queue.getAddress().toString();
        if (publisher == null || !name.equals(publisher + "." + address)) {
            return true;
        }
        MqttSubscriptionOption option = options.find(publisher, name, address);
        return option == null || !option.isNoLocal();
    }

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        if (packet instanceof MqttSubAckMessage answer) {
            for (MqttTopicSubscription subscription : options.granted(answer, connection)) {
                // Shared subscriptions may not have the option (3.8.3-4), and their queue is not one client's.
                if (!MQTTUtil.isSharedSubscription(subscription.topicFilter())) {
                    apply(subscription, connection.getClientID());
                }
            }
        }
        return true;
    }

    private void apply(MqttTopicSubscription subscription, String clientId) {
        Queue queue = server.locateQueue(MQTTUtil.getCoreQueueFromMqttTopic(
                subscription.topicFilter(), clientId, server.getConfiguration().getWildcardConfiguration()));
        if (queue == null) {
            return;
        }
        boolean noLocal = subscription.option().isNoLocal();
        Filter filter = queue.getFilter();
        String before = filter == null ? "" : text(filter.getFilterString());
        String after = filter(before, clientId, noLocal);
        try {
            if (!after.equals(before)) {
                queue.setFilter(FilterImpl.createFilter(after));
                if (queue.isDurable()) {
                    // Not updateQueue(), which would store the old filter again.
                    server.getStorageManager()
                            .getBindingsJournal()
                            .appendUpdateRecord(
                                    queue.getID(),
                                    JournalRecordIds.QUEUE_BINDING_RECORD,
                                    new PersistentQueueBindingEncoding(
                                            queue.getQueueConfiguration().setFilterString(after)),
                                    true);
                }
            }
            if (noLocal) {
                deleteOwn(queue, FilterImpl.createFilter(PUBLISHER + " = " + quoted(clientId)));
            }
        } catch (Exception e) {
            log.atWarn()
                    .addKeyValue("queue", queue.getName())
                    .setCause(e)
                    .log("could not set No Local: a client may be sent its own messages");
        }
    }

    /** When what waits for the journal, retained messages among it, has reached the queue. */
    private void deleteOwn(Queue queue, Filter own) {
        server.getStorageManager().afterCompleteOperations(new IOCallback() {
            @Override
            public void done() {
                try {
                    var unused = queue.deleteMatchingReferences(own);
                } catch (Exception e) {
                    log.atWarn()
                            .addKeyValue("queue", queue.getName())
                            .setCause(e)
                            .log("could not delete a client's own messages, which it will not be sent");
                }
            }

            @Override
            public void onError(int errorCode, String errorMessage) {
                // The SUBACK will not be sent either.
            }
        });
    }

    /** A queue's filter with or without the clause that refuses one client's messages. */
    static String filter(String filter, String clientId, boolean noLocal) {
        String clause = "(" + PUBLISHER + " IS NULL OR " + PUBLISHER + " <> " + quoted(clientId) + ")";
        String bare = filter.equals(clause)
                ? ""
                : filter.endsWith(AND + clause)
                        ? filter.substring(0, filter.length() - AND.length() - clause.length())
                        : filter;
        if (!noLocal) {
            return bare;
        }
        return bare.isEmpty() ? clause : bare + AND + clause;
    }

    private static String quoted(String clientId) {
        return "'" + clientId.replace("'", "''") + "'";
    }

    private static String text(@Nullable SimpleString filter) {
        return filter == null ? "" : filter.toString();
    }
}
