package dev.caravan.mqtt;

import com.hivemq.client.mqtt.MqttClientConfig;
import io.reactivex.disposables.Disposable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What links of both versions of MQTT have in common: they begin in a fixed order and end once.
 *
 * @param <C> the CONNECT of the version
 */
abstract sealed class ClientLink<C> implements Link permits Mqtt3Link, Mqtt5Link {

    private static final byte[] NOTHING = {};

    final ClientOptions options;
    final Listener listener;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final LinkChannel channel = new LinkChannel();
    private volatile @Nullable Disposable arrivals;

    ClientLink(ClientOptions options, Listener listener) {
        this.options = options;
        this.listener = listener;
    }

    /** @throws IllegalArgumentException if a credential is missing */
    abstract C connect();

    /** Hands what arrives to the listener from now on. */
    abstract Disposable arrivals();

    /** Sends CONNECT, and tells {@link #answered} what came of it. */
    abstract void send(C connect);

    abstract CompletableFuture<?> disconnect(boolean endSession);

    abstract MqttClientConfig client();

    @Override
    public final void open() {
        // First: nothing is acquired if a credential is missing.
        C connect = connect();
        if (!options.subscriptions().isEmpty()) {
            // Before CONNECT: the messages of a durable session come right behind the CONNACK.
            arrivals = arrivals();
        }
        send(connect);
    }

    final void answered(@Nullable Accepted accepted, @Nullable Throwable error) {
        channel.connected(client().getConnectionConfig());
        if (error != null) {
            end(error);
        } else if (ended.get()) {
            var late = disconnect(false);
        } else if (accepted != null) {
            listener.connected(this, accepted);
        }
    }

    final byte[] willPayload() {
        String payload = options.configuration().getWillPayload();
        return payload == null ? NOTHING : payload.getBytes(StandardCharsets.UTF_8);
    }

    /** @param refusal finds in an error that the broker has answered no; null where it has not */
    static CompletableFuture<Void> granted(
            CompletableFuture<?> subAck, Function<Throwable, @Nullable Refused> refusal) {
        return subAck.handle((answer, error) -> {
                    if (error == null) {
                        return CompletableFuture.<Void>completedFuture(null);
                    }
                    Refused refused = refusal.apply(error);
                    return CompletableFuture.<Void>failedFuture(refused == null ? error : refused);
                })
                .thenCompose(result -> result);
    }

    @Override
    public final CompletableFuture<Void> close(boolean endSession) {
        var unused = disconnect(endSession).whenComplete((done, error) -> {
            if (error != null) {
                end(error);
            }
        });
        return end;
    }

    @Override
    public final void abort(Throwable cause) {
        channel.close();
        end(cause);
    }

    @Override
    public final void pause(Duration longest) {
        channel.pause(longest);
    }

    @Override
    public final void resume() {
        channel.resume();
    }

    @Override
    public final boolean hasEnded() {
        return ended.get();
    }

    final void end(Throwable cause) {
        if (ended.compareAndSet(false, true)) {
            Disposable mine = arrivals;
            if (mine != null) {
                mine.dispose();
            }
            listener.ended(this, cause);
            end.complete(null);
        }
    }
}
