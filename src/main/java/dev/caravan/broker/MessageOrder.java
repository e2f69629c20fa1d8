package dev.caravan.broker;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerConsumerPlugin;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;

/**
 * Keeps the order that MQTT demands (MQTT-4.6.0-6) for durable messages.
 *
 * <p>Artemis 2.55.0 lets work wait for the journal in the {@link OperationContext} of the thread it happens to run on.
 * MQTT packets of one connection run on changing pool threads, so commits of one publisher wait in several contexts and
 * finish in any order; the same holds for the packets written to one subscriber. Here each publisher's work waits in
 * its session's context and each subscriber's packets in one context of that subscriber: both are first in, first out.
 *
 * <p>Called by the broker's threads, safe for many at a time.
 */
final class MessageOrder implements ActiveMQServerConsumerPlugin, ActiveMQServerMessagePlugin {

    private final Map<ServerConsumer, OperationContext> contexts = new ConcurrentHashMap<>();
    private final ThreadLocal<OperationContext> interrupted = new ThreadLocal<>();
    private final ActiveMQServer server;

    MessageOrder(ActiveMQServer server) {
        this.server = server;
    }

    @Override
    public void beforeSend(
            ServerSession session, Transaction tx, Message message, boolean direct, boolean noAutoCreateQueue) {
        OperationContext context = session.getSessionContext();
        if (context != null) {
            storage().setContext(context);
        }
    }

    @Override
    public void beforeDeliver(ServerConsumer consumer, MessageReference reference) {
        interrupted.set(storage().getContext());
        storage().setContext(contexts.computeIfAbsent(consumer, c -> storage()
                .newContext(server.getExecutorFactory().getExecutor())));
    }

    @Override
    public void afterDeliver(ServerConsumer consumer, MessageReference reference) {
        storage().setContext(interrupted.get());
        interrupted.remove();
    }

    @Override
    public void afterCloseConsumer(ServerConsumer consumer, boolean failed) {
        contexts.remove(consumer);
    }

    private StorageManager storage() {
        return server.getStorageManager();
    }
}
