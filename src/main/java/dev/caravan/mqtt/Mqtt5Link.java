package dev.caravan.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubRecException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5UnsubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckRestrictions;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5RetainHandling;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.suback.Mqtt5SubAckReasonCode;
import io.reactivex.disposables.Disposable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.jspecify.annotations.Nullable;

/** A link that speaks MQTT 5. */
final class Mqtt5Link implements Link {

    private final ClientOptions options;
    private final boolean cleanStart;
    private final int receiveMaximum;
    private final Listener listener;
    private final Mqtt5AsyncClient client;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private final LinkChannel channel = new LinkChannel();
    private volatile @Nullable Disposable arrivals;

    Mqtt5Link(ClientOptions options, BrokerAddress address, boolean cleanStart, int receiveMaximum, Listener listener) {
        this.options = options;
        this.cleanStart = cleanStart;
        this.receiveMaximum = receiveMaximum;
        this.listener = listener;
        client = options.builder(address)
                .useMqttVersion5()
                .addDisconnectedListener(context -> end(Reason.of(context)))
                .buildAsync();
    }

    @Override
    public void open() {
        // First: nothing is acquired if a credential is missing.
        Mqtt5Connect connect = connect();
        if (!options.subscriptions().isEmpty()) {
            // Before CONNECT: the messages of a durable session come right behind the CONNACK.
            arrivals = client.toRx()
                    .publishes(MqttGlobalPublishFilter.ALL, true)
                    .subscribe(
                            message -> listener.arrived(
                                    this, message, () -> Acknowledgement.send(this, message::acknowledge)),
                            error -> {});
        }
        var unused = client.connect(connect).whenComplete((connAck, error) -> {
            channel.connected(client.getConfig().getConnectionConfig());
            if (error == null && ended.get()) {
                var late = client.disconnect();
            } else if (error == null) {
                listener.connected(this, accepted(connAck));
            } else {
                end(error);
            }
        });
    }

    private Mqtt5Connect connect() {
        PahoMqtt5Configuration configuration = options.configuration();
        var connect = Mqtt5Connect.builder()
                .cleanStart(cleanStart)
                .sessionExpiryInterval(options.sessionExpiry())
                .keepAlive(configuration.getKeepAliveInterval());
        Origin origin = options.origin();
        if (origin != null) {
            connect =
                    connect.userProperties().add(origin.name(), origin.secret()).applyUserProperties();
        }
        connect = connect.restrictions().receiveMaximum(receiveMaximum).applyRestrictions();
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

    private static Accepted accepted(Mqtt5ConnAck connAck) {
        Mqtt5ConnAckRestrictions limits = connAck.getRestrictions();
        return new Accepted(
                connAck.isSessionPresent(),
                limits.getReceiveMaximum(),
                limits.getMaximumQos(),
                limits.isRetainAvailable(),
                connAck.getUserProperties().asList().stream()
                        .collect(Collectors.toMap(
                                p -> p.getName().toString(), p -> p.getValue().toString(), (a, b) -> a)));
    }

    @Override
    public CompletableFuture<Void> subscribe(ClientOptions.Subscription wanted) {
        return client.subscribeWith()
                .topicFilter(wanted.topicFilter())
                .qos(wanted.qos())
                .noLocal(wanted.noLocal())
                .retainAsPublished(true)
                // A subscription that outlived us must not repeat its Retained Messages.
                .retainHandling(Mqtt5RetainHandling.SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST)
                .send()
                .handle((subAck, error) -> {
                    if (error instanceof Mqtt5SubAckException refused) {
                        Mqtt5SubAckReasonCode code =
                                refused.getMqttMessage().getReasonCodes().get(0);
                        return CompletableFuture.<Void>failedFuture(new Refused(code.getCode(), code.name()));
                    }
                    return error == null
                            ? CompletableFuture.<Void>completedFuture(null)
                            : CompletableFuture.<Void>failedFuture(error);
                })
                .thenCompose(result -> result);
    }

    @Override
    public CompletableFuture<Void> unsubscribe(String topicFilter) {
        return client.unsubscribeWith().topicFilter(topicFilter).send().handle((unsubAck, error) -> {
            if (error != null && !(error instanceof Mqtt5UnsubAckException)) {
                throw new CompletionException(error);
            }
            return null;
        });
    }

    @Override
    public void publish(Mqtt5Publish message, Consumer<@Nullable Throwable> done) {
        var unused = client.publish(message).whenComplete((result, error) -> {
            if (error instanceof Mqtt5PubAckException refused) {
                var code = refused.getMqttMessage().getReasonCode();
                done.accept(new Refused(code.getCode(), code.name()));
            } else if (error instanceof Mqtt5PubRecException refused) {
                var code = refused.getMqttMessage().getReasonCode();
                done.accept(new Refused(code.getCode(), code.name()));
            } else {
                done.accept(error);
            }
        });
    }

    @Override
    public CompletableFuture<Void> close(boolean endSession) {
        var disconnect = client.disconnectWith();
        var unused = (endSession ? disconnect.sessionExpiryInterval(0) : disconnect)
                .send()
                .whenComplete((done, error) -> {
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
