package dev.caravan.broker;

import dev.caravan.topic.TopicFilter;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.config.WildcardConfiguration;
import org.apache.activemq.artemis.core.io.IOCallback;
import org.apache.activemq.artemis.core.postoffice.RoutingStatus;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTInterceptor;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mends two gaps in how Artemis 2.55.0 retains.
 *
 * <ul>
 *   <li>A subscriber cannot learn that a live message was retained: Retain As Published works only for filters without
 *       wildcards. So a listener is told here.
 *   <li>A retained message enters its queue by a side door that a new subscription does not look behind: one that
 *       subscribes within milliseconds of the publisher's PUBACK would miss it. So SUBSCRIBE waits until the queues that
 *       were written to just now have taken their messages in.
 * </ul>
 *
 * Called by the broker's threads, safe for many at a time.
 */
final class RetainedMessages implements ActiveMQServerMessagePlugin, MQTTInterceptor {

    /** So long after a queue was written to, its executor has run even on a busy machine. */
    private static final long SETTLED_NANOS = Duration.ofSeconds(5).toNanos();

    private static final Logger log = LoggerFactory.getLogger(RetainedMessages.class);

    private final ActiveMQServer server;
    private final RetainedListener listener;
    /** By the topics of packets behind {@link SafeNames}. */
    private final Map<String, Long> written = new ConcurrentHashMap<>();

    RetainedMessages(ActiveMQServer server, RetainedListener listener) {
        this.server = server;
        this.listener = listener;
    }

    @Override
    public void afterSend(
            ServerSession session,
            Transaction tx,
            Message message,
            boolean direct,
            boolean noAutoCreateQueue,
            RoutingStatus result) {
        if (Boolean.TRUE.equals(message.getObjectProperty(MQTTUtil.MQTT_MESSAGE_RETAIN_KEY))) {
            WildcardConfiguration wildcards = server.getConfiguration().getWildcardConfiguration();
            String topic = MQTTUtil.getMqttTopicFromCoreAddress(message.getAddress(), wildcards);
            written.put(topic, System.nanoTime());
            byte[] payload = new BrokerMessage(message, wildcards).payload();
            if (payload.length == 0) {
                clearWhatIsOnItsWay(topic, message.getMessageID());
            }
            listener.retained(SafeNames.topic(message.getAddress(), wildcards), payload);
        }
    }

    /**
     * Artemis deletes what the queue of the topic holds at that moment. A message that was published just before is still
     * waiting for the journal, enters the queue after that and would stay for ever.
     */
    private void clearWhatIsOnItsWay(String topic, long id) {
        server.getStorageManager().afterCompleteOperations(new IOCallback() {
            @Override
            public void done() {
                Queue queue = retainedQueue(topic);
                if (queue != null) {
                    queue.getExecutor().execute(() -> delete(queue, id));
                }
            }

            @Override
            public void onError(int errorCode, String errorMessage) {
                // The publisher is not acknowledged either.
            }
        });
    }

    private static void delete(Queue queue, long olderThan) {
        try {
            queue.deleteMatchingReferences(new ForwardFilter(message -> message.getMessageID() < olderThan));
        } catch (Exception e) {
            log.atWarn().addKeyValue("queue", queue.getName()).setCause(e).log("retained message not cleared");
        }
    }

    private @Nullable Queue retainedQueue(String topic) {
        return server.locateQueue(MQTTUtil.getCoreRetainAddressFromMqttTopic(
                topic, server.getConfiguration().getWildcardConfiguration()));
    }

    @Override
    public boolean intercept(MqttMessage packet, RemotingConnection connection) {
        if (packet instanceof MqttSubscribeMessage subscribe) {
            List<TopicFilter> filters = subscribe.payload().topicSubscriptions().stream()
                    .flatMap(s -> filter(s.topicFilter()).stream())
                    .toList();
            written.forEach((topic, nanos) -> {
                if (System.nanoTime() - nanos > SETTLED_NANOS) {
                    written.remove(topic, nanos);
                } else if (matches(filters, topic)) {
                    flush(topic);
                }
            });
        }
        return true;
    }

    private boolean matches(List<TopicFilter> filters, String topic) {
        WildcardConfiguration wildcards = server.getConfiguration().getWildcardConfiguration();
        return SafeNames.topicName(MQTTUtil.getCoreAddressFromMqttTopic(topic, wildcards), wildcards)
                .filter(name -> filters.stream().anyMatch(filter -> filter.matches(name)))
                .isPresent();
    }

    /**
     * The filter that a client sent, from one behind {@link SafeNames}; empty where the broker will refuse it. That of a
     * shared subscription matches no topic, and is sent no retained messages.
     */
    static Optional<TopicFilter> filter(String text) {
        try {
            return Optional.of(new TopicFilter(SafeNames.topicFilter(text)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void flush(String topic) {
        Queue queue = retainedQueue(topic);
        if (queue != null) {
            BrokerQueues.awaitSettled(queue);
        }
    }
}
