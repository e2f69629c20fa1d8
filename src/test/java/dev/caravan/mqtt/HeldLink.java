package dev.caravan.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A link without a network that answers when the test says so. For one thread. */
final class HeldLink implements Link {

    final Map<String, CompletableFuture<Void>> subscribes = new TreeMap<>();
    final Map<String, CompletableFuture<Void>> unsubscribes = new TreeMap<>();
    final List<Consumer<@Nullable Throwable>> answers = new ArrayList<>();
    boolean paused;
    private boolean ended;

    void grant(String filter) {
        Objects.requireNonNull(subscribes.get(filter)).complete(null);
    }

    void refuse(String filter) {
        Objects.requireNonNull(subscribes.get(filter)).completeExceptionally(new Refused(0x87, "NOT_AUTHORIZED"));
    }

    void cut() {
        ended = true;
        List<CompletableFuture<Void>> open = new ArrayList<>(subscribes.values());
        open.addAll(unsubscribes.values());
        open.forEach(answer -> answer.completeExceptionally(new IllegalStateException("cut")));
    }

    @Override
    public CompletableFuture<Void> subscribe(ClientOptions.Subscription subscription) {
        return subscribes.computeIfAbsent(subscription.topicFilter(), filter -> new CompletableFuture<>());
    }

    @Override
    public CompletableFuture<Void> unsubscribe(String topicFilter) {
        return unsubscribes.computeIfAbsent(topicFilter, filter -> new CompletableFuture<>());
    }

    @Override
    public void open() {}

    @Override
    public void publish(Mqtt5Publish message, Consumer<@Nullable Throwable> done) {
        answers.add(done);
    }

    @Override
    public CompletableFuture<Void> close(boolean endSession) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void abort(Throwable cause) {}

    @Override
    public void pause(Duration longest) {
        paused = true;
    }

    @Override
    public void resume() {
        paused = false;
    }

    @Override
    public boolean hasEnded() {
        return ended;
    }
}
