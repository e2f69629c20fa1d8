package dev.caravan.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3SubAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.reactivex.disposables.Disposable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.jspecify.annotations.Nullable;

/**
 * A link that speaks MQTT 3.1.1: no properties, no Receive Maximum (the broker alone says how many messages it sends
 * ahead), no reason codes for a publish.
 */
final class Mqtt3Link implements Link {

    private static final int UNLIMITED = 65_535;

    private final ClientOptions options;
    private final Listener listener;
    private final Mqtt3AsyncClient client;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final LinkChannel channel = new LinkChannel();
    private volatile @Nullable Disposable arrivals;

    Mqtt3Link(ClientOptions options, BrokerAddress address, Listener listener) {
        this.options = options;
        this.listener = listener;
        client = options.builder(address)
                .useMqttVersion3()
                .addDisconnectedListener(context -> end(Reason.of(context)))
                .buildAsync();
    }

    @Override
    public void open() {
        // First: nothing is acquired if a credential is missing.
        Mqtt3Connect connect = connect();
        if (!options.subscriptions().isEmpty()) {
            arrivals = client.toRx()
                    .publishes(MqttGlobalPublishFilter.ALL, true)
                    .subscribe(
                            message -> listener.arrived(
                                    this, inMqtt5(message), () -> Acknowledgement.send(this, message::acknowledge)),
                            error -> {});
        }
        var unused = client.connect(connect).whenComplete((connAck, error) -> {
            channel.connected(client.getConfig().getConnectionConfig());
            if (error == null && ended.get()) {
                var late = client.disconnect();
            } else if (error == null) {
                listener.connected(
                        this,
                        new Accepted(connAck.isSessionPresent(), UNLIMITED, MqttQos.EXACTLY_ONCE, true, Map.of()));
            } else {
                end(error);
            }
        });
    }

    private Mqtt3Connect connect() {
        PahoMqtt5Configuration configuration = options.configuration();
        var connect = Mqtt3Connect.builder()
                .cleanSession(options.cleanStart())
                .keepAlive(configuration.getKeepAliveInterval());
        Credentials credentials = options.credentials().get();
        if (credentials.user() != null) {
            var auth = connect.simpleAuth().username(credentials.user());
            byte[] password = credentials.passwordBytes();
            connect = (password == null ? auth : auth.password(password)).applySimpleAuth();
        }
        String willPayload = configuration.getWillPayload();
        if (configuration.getWillTopic() != null) {
            connect = connect.willPublish()
                    .topic(configuration.getWillTopic())
                    .payload(willPayload == null ? new byte[0] : willPayload.getBytes(StandardCharsets.UTF_8))
                    .qos(Qos.of(options.willQos()))
                    .retain(configuration.isWillRetained())
                    .applyWillPublish();
        }
        return connect.build();
    }

    private static Mqtt5Publish inMqtt5(Mqtt3Publish message) {
        return Mqtt5Publish.builder()
                .topic(message.getTopic())
                .payload(message.getPayload().orElse(null))
                .qos(message.getQos())
                .retain(message.isRetain())
                .build();
    }

    @Override
    public CompletableFuture<Void> subscribe(ClientOptions.Subscription wanted) {
        return client.subscribeWith()
                .topicFilter(wanted.topicFilter())
                .qos(wanted.qos())
                .send()
                .handle((subAck, error) -> {
                    if (error instanceof Mqtt3SubAckException) {
                        return CompletableFuture.<Void>failedFuture(new Refused(0x80, "FAILURE"));
                    }
                    return error == null
                            ? CompletableFuture.<Void>completedFuture(null)
                            : CompletableFuture.<Void>failedFuture(error);
                })
                .thenCompose(result -> result);
    }

    @Override
    public CompletableFuture<Void> unsubscribe(String topicFilter) {
        return client.unsubscribeWith().topicFilter(topicFilter).send();
    }

    @Override
    public void publish(Mqtt5Publish message, Consumer<@Nullable Throwable> done) {
        Mqtt3Publish plain = Mqtt3Publish.builder()
                .topic(message.getTopic())
                .payload(message.getPayload().orElse(null))
                .qos(message.getQos())
                .retain(message.isRetain())
                .build();
        var unused = client.publish(plain).whenComplete((result, error) -> done.accept(error));
    }

    @Override
    public CompletableFuture<Void> close(boolean endSession) {
        var unused = client.disconnect().whenComplete((done, error) -> {
            if (error != null) {
                end(error);
            }
        });
        return end;
    }

    @Override
    public void abort(Throwable cause) {
        channel.close();
        end(cause);
    }

    @Override
    public void pause(Duration longest) {
        channel.pause(longest);
    }

    @Override
    public void resume() {
        channel.resume();
    }

    @Override
    public boolean hasEnded() {
        return ended.get();
    }

    private void end(Throwable cause) {
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
