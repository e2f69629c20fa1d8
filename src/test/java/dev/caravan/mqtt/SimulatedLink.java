package dev.caravan.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A link without a network: answers at once, and hears nothing more after its end. For one thread. */
final class SimulatedLink implements Link {

    /** What becomes of a PUBLISH. */
    enum Fate {
        TAKEN,
        /** Taken, but the link ends before the acknowledgement. */
        TAKEN_UNHEARD,
        LINK_ENDS,
        REFUSED
    }

    private final Function<Mqtt5Publish, Fate> broker;
    private boolean ended;

    SimulatedLink(Function<Mqtt5Publish, Fate> broker) {
        this.broker = broker;
    }

    @Override
    public void publish(Mqtt5Publish message, Consumer<@Nullable Throwable> done) {
        if (ended) {
            return;
        }
        switch (broker.apply(message)) {
            case TAKEN -> done.accept(null);
            case TAKEN_UNHEARD, LINK_ENDS -> ended = true;
            case REFUSED -> done.accept(new Refused(0x87, "NOT_AUTHORIZED"));
        }
    }

    @Override
    public void open() {}

    @Override
    public CompletableFuture<Void> subscribe(ClientOptions.Subscription subscription) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> unsubscribe(String topicFilter) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> close(boolean endSession) {
        ended = true;
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void abort(Throwable cause) {
        ended = true;
    }

    @Override
    public void pause(Duration longest) {}

    @Override
    public void resume() {}

    @Override
    public boolean hasEnded() {
        return ended;
    }
}
