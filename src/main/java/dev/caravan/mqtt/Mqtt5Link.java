package dev.caravan.mqtt;

import com.hivemq.client.mqtt.MqttClientConfig;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.jspecify.annotations.Nullable;

/** A link that speaks MQTT 5. */
final class Mqtt5Link extends ClientLink<Mqtt5Connect> {

    private final boolean cleanStart;
    private final int receiveMaximum;
    private final Mqtt5AsyncClient client;

    Mqtt5Link(ClientOptions options, BrokerAddress address, boolean cleanStart, int receiveMaximum, Listener listener) {
        super(options, listener);
        this.cleanStart = cleanStart;
        this.receiveMaximum = receiveMaximum;
        client = options.builder(address)
                .useMqttVersion5()
                .addDisconnectedListener(context -> end(Reason.of(context)))
                .buildAsync();
    }

    @Override
    MqttClientConfig client() {
        return client.getConfig();
    }

    @Override
    Disposable arrivals() {
        return client.toRx()
                .publishes(MqttGlobalPublishFilter.ALL, true)
                .subscribe(
                        message ->
                                listener.arrived(this, message, () -> Acknowledgement.send(this, message::acknowledge)),
                        error -> {});
    }

    @Override
    void send(Mqtt5Connect connect) {
        var unused = client.connect(connect)
                .whenComplete((connAck, error) -> answered(connAck == null ? null : accepted(connAck), error));
    }

    @Override
    Mqtt5Connect connect() {
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
        if (configuration.getWillTopic() != null) {
            connect = connect.willPublish()
                    .topic(configuration.getWillTopic())
                    .payload(willPayload())
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
        var subAck = client.subscribeWith()
                .topicFilter(wanted.topicFilter())
                .qos(wanted.qos())
                .noLocal(wanted.noLocal())
                .retainAsPublished(true)
                // A subscription that outlived us must not repeat its Retained Messages.
                .retainHandling(Mqtt5RetainHandling.SEND_IF_SUBSCRIPTION_DOES_NOT_EXIST)
                .send();
        return granted(subAck, error -> {
            if (error instanceof Mqtt5SubAckException refused) {
                Mqtt5SubAckReasonCode code =
                        refused.getMqttMessage().getReasonCodes().get(0);
                return new Refused(code.getCode(), code.name());
            }
            return null;
        });
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
    CompletableFuture<?> disconnect(boolean endSession) {
        var disconnect = client.disconnectWith();
        return (endSession ? disconnect.sessionExpiryInterval(0) : disconnect).send();
    }
}
