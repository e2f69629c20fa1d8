package dev.caravan.broker;

import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.io.SequentialFile;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.postoffice.impl.PostOfficeImpl;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.LargeServerMessage;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.ServerSession;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.core.transaction.TransactionOperation;
import org.apache.activemq.artemis.core.transaction.TransactionOperationAbstract;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Retained Messages of QoS 0 across a restart, as Mosquitto does; {@code mosquitto_pub -r} sends no other. Artemis
 * 2.55.0 keeps in memory what was published with QoS 0, its copy for later subscribers too. Here that copy, and it
 * alone, goes to the journal, in the transaction of the PUBLISH: for subscribers it stays a message of QoS 0. Nobody
 * waits for the write, as nobody is told of it: a crash within a millisecond may lose the value.
 *
 * <p>A copy that pages to disk, which happens when messages fill the memory, does not outlive a restart.
 *
 * <p>Called by the broker's threads, safe for many at a time.
 */
final class RetainedOnDisk implements ActiveMQServerMessagePlugin {

    private final ActiveMQServer server;

    RetainedOnDisk(ActiveMQServer server) {
        this.server = server;
    }

    @Override
    public void beforeSend(
            ServerSession session,
            @Nullable Transaction tx,
            Message message,
            boolean direct,
            boolean noAutoCreateQueue) {
        if (tx != null
                && !message.isDurable()
                && Boolean.TRUE.equals(message.getObjectProperty(MQTTUtil.MQTT_MESSAGE_RETAIN_KEY))) {
            tx.addOperation(new TransactionOperationAbstract() {
                @Override
                public void beforeCommit(Transaction sent) throws Exception {
                    for (TransactionOperation operation : sent.getAllOperations()) {
                        for (MessageReference reference : operation.getRelatedMessageReferences()) {
                            if (isCopy(reference)) {
                                store(reference, sent);
                            }
                        }
                    }
                }
            });
        }
    }

    private static boolean isCopy(MessageReference reference) {
        Queue queue = reference.getQueue();
        return queue.isDurable()
                && !reference.getMessage().isDurable()
                && queue.getName().toString().startsWith(MQTTUtil.MQTT_RETAIN_ADDRESS_PREFIX);
    }

    /** Nobody else sees the copy before the commit. */
    private void store(MessageReference reference, Transaction tx) throws Exception {
        StorageManager storage = server.getStorageManager();
        Message copy = reference.getMessage();
        copy.setDurable(true);
        if (copy instanceof LargeServerMessage large) {
            // Its body is in a file already, under a name that the next start deletes.
            SequentialFile body = large.getAppendFile();
            body.renameTo(
                    storage.createFileForLargeMessage(copy.getMessageID(), true).getFileName());
        }
        PostOfficeImpl.storeDurableReference(storage, copy, tx, reference.getQueue(), true);
    }
}
