package dev.caravan.broker;

import java.util.List;
import org.apache.activemq.artemis.core.filter.Filter;
import org.apache.activemq.artemis.core.server.Consumer;
import org.apache.activemq.artemis.core.server.HandleStatus;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.jspecify.annotations.Nullable;

/** Artemis' side of a {@link ForwardQueue}, as Artemis' own core bridge does it: a consumer without a session. */
final class ForwardConsumer implements Consumer {

    private final ForwardQueue queue;
    private final long id;

    ForwardConsumer(long id, ForwardQueue queue) {
        this.id = id;
        this.queue = queue;
    }

    /** What was put back would be overtaken: Artemis does not leave the direct way when a message comes back. */
    @Override
    public boolean supportsDirectDelivery() {
        return false;
    }

    @Override
    public HandleStatus handle(MessageReference reference) {
        return queue.accepts(reference) ? HandleStatus.HANDLED : HandleStatus.BUSY;
    }

    @Override
    public void proceedDeliver(MessageReference reference) {
        queue.hand(reference);
    }

    @Override
    public @Nullable Filter getFilter() {
        return null;
    }

    @Override
    public List<MessageReference> getDeliveringMessages() {
        return List.of();
    }

    @Override
    public String debug() {
        return toManagementString();
    }

    @Override
    public String toManagementString() {
        return "forward consumer " + id;
    }

    @Override
    public void disconnect() {
        // There is no connection: whoever opened the queue closes it.
    }

    @Override
    public void failed(Throwable cause) {
        // As above.
    }

    @Override
    public long sequentialID() {
        return id;
    }
}
