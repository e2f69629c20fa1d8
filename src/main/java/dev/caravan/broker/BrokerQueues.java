package dev.caravan.broker;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.postoffice.impl.LocalQueueBinding;
import org.apache.activemq.artemis.core.protocol.mqtt.MQTTUtil;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.utils.collections.LinkedListIterator;
import org.jspecify.annotations.Nullable;

/** Finds queues of the broker, and what those of Retained Messages hold. */
final class BrokerQueues {

    private static final int PATIENCE_SECONDS = 2;

    private BrokerQueues() {}

    /** Those in which Artemis keeps the Retained Messages, one for each topic. */
    static List<Queue> retained(ActiveMQServer server) {
        return withPrefix(server, MQTTUtil.MQTT_RETAIN_ADDRESS_PREFIX);
    }

    /** Those whose name begins so. */
    static List<Queue> withPrefix(ActiveMQServer server, String prefix) {
        return server.getPostOffice()
                .getAllBindings()
                .filter(binding -> binding.getUniqueName().toString().startsWith(prefix))
                .filter(LocalQueueBinding.class::isInstance)
                .map(binding -> ((LocalQueueBinding) binding).getQueue())
                .toList();
    }

    /**
     * Waits until a queue has taken in what was put into it before: that is done by its executor, and until then nobody who
     * looks into the queue sees it. Gives up after two seconds, as a queue that is so busy holds something already.
     */
    static void awaitSettled(Queue queue) {
        // Not flushExecutor(), which returns while the last task still runs.
        CountDownLatch settled = new CountDownLatch(1);
        queue.getExecutor().execute(settled::countDown);
        try {
            var unused = settled.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The Retained Message in its queue: of several the newest counts, those before it are about to be deleted. */
    static @Nullable Message retainedMessage(Queue queue) {
        Message last = null;
        try (LinkedListIterator<MessageReference> references = queue.iterator()) {
            while (references.hasNext()) {
                last = references.next().getMessage();
            }
        }
        return last;
    }
}
