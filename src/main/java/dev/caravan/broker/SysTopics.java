package dev.caravan.broker;

import dev.caravan.topic.TopicFilter;
import dev.caravan.topic.TopicName;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets no client publish to {@code $SYS}, where the broker speaks of itself by {@link OwnTopics}; only bridges may say
 * there whether they are connected, as with Mosquitto, and what ails them. A client of MQTT 5 gets the reason code Not
 * authorized (0x87); for older ones the message is acknowledged and dropped, as their protocol has no other answer that
 * keeps the connection (MQTT 3.1.1, 3.3.5).
 *
 * <p>Called by the broker's threads, safe for many at a time.
 */
final class SysTopics implements ActiveMQServerMessagePlugin {

    private static final String SYS = "$SYS";

    private static final List<TopicFilter> OF_BRIDGES = List.of(
            new TopicFilter("$SYS/broker/connection/+/state"), new TopicFilter("$SYS/broker/connection/+/alert"));

    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

    private static final Logger log = LoggerFactory.getLogger(SysTopics.class);

    private final ActiveMQServer server;
    private final AtomicLong loggedNanos = new AtomicLong(System.nanoTime() - QUIET_NANOS);

    SysTopics(ActiveMQServer server) {
        this.server = server;
    }

    @Override
    public void beforeSend(
            ServerSession session, @Nullable Transaction tx, Message message, boolean direct, boolean noAutoCreateQueue)
            throws ActiveMQSecurityException {
        String address = message.getAddress();
        if (address != null && address.startsWith(SYS)) {
            String topic = SafeNames.topic(address, server.getConfiguration().getWildcardConfiguration());
            if (isClosed(topic)) {
                note(session, topic);
                throw new ActiveMQSecurityException("only the broker publishes to " + SYS);
            }
        }
    }

    /** Whether clients may not publish to a Topic Name. */
    static boolean isClosed(String topic) {
        return (topic.equals(SYS) || topic.startsWith(SYS + "/")) && !isOfABridge(topic);
    }

    private static boolean isOfABridge(String topic) {
        try {
            TopicName name = new TopicName(topic);
            return OF_BRIDGES.stream().anyMatch(filter -> filter.matches(name));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void note(ServerSession session, String topic) {
        long now = System.nanoTime();
        long last = loggedNanos.get();
        if (now - last >= QUIET_NANOS && loggedNanos.compareAndSet(last, now)) {
            log.atWarn()
                    .addKeyValue("remote", session.getRemotingConnection().getRemoteAddress())
                    .addKeyValue("topic", topic)
                    .log("refused a message to $SYS; said once a minute at most");
        }
    }
}
