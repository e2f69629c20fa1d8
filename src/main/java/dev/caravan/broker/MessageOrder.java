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
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerSessionPlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;

/**
 * Keeps the order that MQTT demands (MQTT-4.6.0-6) for durable messages.
 *
 * <p>Artemis 2.55.0 lets work wait for the journal in the {@link OperationContext} of the thread it happens to run on.
 * MQTT packets of one connection run on changing pool threads, so commits of one publisher wait in several contexts and
 * finish in any order; the same holds for the packets written to one subscriber. Here each publisher's work waits in
 * its session's context and each subscriber's packets in one context of that subscriber: both are first in, first out.
 *
 * <p>Two things must wait for nothing, and get a context that nothing waits in: the CONNACK, as the messages of a durable
 * session would go out before it (MQTT-3.2.0-1), and the return of what a subscriber has not acknowledged, as its next
 * connection would get later messages before these.
 *
 * <p>Called by the broker's threads, safe for many at a time.
 */
final class MessageOrder
        implements ActiveMQServerConsumerPlugin, ActiveMQServerMessagePlugin, ActiveMQServerSessionPlugin {

    private final Map<ServerConsumer, OperationContext> contexts = new ConcurrentHashMap<>();
    private final ThreadLocal<OperationContext> interrupted = new ThreadLocal<>();
    private final ThreadLocal<OperationContext> closing = new ThreadLocal<>();
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
        storage().setContext(contexts.computeIfAbsent(consumer, c -> newContext()));
    }

    @Override
    public void afterDeliver(ServerConsumer consumer, MessageReference reference) {
        storage().setContext(interrupted.get());
        interrupted.remove();
    }

    /** In the middle of a CONNECT, on the thread that answers it. */
    @Override
    public void afterCreateSession(ServerSession session) {
        storage().setContext(newContext());
    }

    @Override
    public void beforeCloseConsumer(ServerConsumer consumer, boolean failed) {
        closing.set(storage().getContext());
        storage().setContext(newContext());
    }

    @Override
    public void afterCloseConsumer(ServerConsumer consumer, boolean failed) {
        storage().setContext(closing.get());
        closing.remove();
        contexts.remove(consumer);
    }

    private OperationContext newContext() {
        return storage().newContext(server.getExecutorFactory().getExecutor());
    }

    private StorageManager storage() {
        return server.getStorageManager();
    }
}
