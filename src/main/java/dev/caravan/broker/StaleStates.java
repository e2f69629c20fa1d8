package dev.caravan.broker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.core.transaction.impl.TransactionImpl;

/**
 * Retained {@code 1}s on {@code $SYS/broker/connection/+/state} from before the start: the bridges that they speak of are
 * not connected, and a broker that was killed had no time to publish their wills.
 */
final class StaleStates {

    private static final byte[] CONNECTED = {'1'};
    private static final byte[] DISCONNECTED = {'0'};

    private final ActiveMQServer server;

    StaleStates(ActiveMQServer server) {
        this.server = server;
    }

    /** Makes them {@code 0}, and returns when subscribers see it. To be called when the server has started. */
    void clear(long startedMillis) throws Exception {
        var wildcards = server.getConfiguration().getWildcardConfiguration();
        List<Queue> changed = new ArrayList<>();
        for (Queue queue : BrokerQueues.retained(server)) {
            if (isState(MQTTUtil.getMqttTopicFromCoreAddress(queue.getName().toString(), wildcards))) {
                Message retained = BrokerQueues.retainedMessage(queue);
                if (retained != null
                        && retained.getTimestamp() < startedMillis
                        && Arrays.equals(new BrokerMessage(retained, wildcards).payload(), CONNECTED)) {
                    replace(queue, retained);
                    changed.add(queue);
                }
            }
        }
        server.getStorageManager().waitOnOperations();
        changed.forEach(BrokerQueues::awaitSettled);
    }

    private static boolean isState(String topic) {
        return topic.startsWith("$SYS/broker/connection/") && topic.endsWith("/state");
    }

    private void replace(Queue queue, Message old) throws Exception {
        ICoreMessage message = old.copy(server.getStorageManager().generateID()).toCore();
        message.getBodyBuffer().clear();
        message.getBodyBuffer().writeBytes(DISCONNECTED);
        message.setTimestamp(System.currentTimeMillis());
        queue.deleteAllReferences();
        Transaction tx = new TransactionImpl(server.getStorageManager());
        MQTTUtil.sendMessageDirectlyToQueue(server.getStorageManager(), server.getPostOffice(), message, queue, tx);
        tx.commit();
    }
}
