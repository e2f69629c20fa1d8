package dev.caravan.mqtt;

import com.hivemq.client.mqtt.MqttClientConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3SubAckException;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.connack.Mqtt3ConnAck;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.reactivex.disposables.Disposable;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.jspecify.annotations.Nullable;

/**
 * A link that speaks MQTT 3.1.1: no properties, no Receive Maximum (the broker alone says how many messages it sends
 * ahead), no reason codes for a publish.
 */
final class Mqtt3Link extends ClientLink<Mqtt3Connect> {

    private static final int UNLIMITED = 65_535;

    private final Mqtt3AsyncClient client;

    Mqtt3Link(ClientOptions options, BrokerAddress address, Listener listener) {
        super(options, listener);
        client = options.builder(address)
                .useMqttVersion3()
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
                        message -> listener.arrived(
                                this, inMqtt5(message), () -> Acknowledgement.send(this, message::acknowledge)),
                        error -> {});
    }

    @Override
    void send(Mqtt3Connect connect) {
        var unused = client.connect(connect)
                .whenComplete((connAck, error) -> answered(connAck == null ? null : accepted(connAck), error));
    }

    private static Accepted accepted(Mqtt3ConnAck connAck) {
        return new Accepted(connAck.isSessionPresent(), UNLIMITED, MqttQos.EXACTLY_ONCE, true, Map.of());
    }

    @Override
    Mqtt3Connect connect() {
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
        var subAck = client.subscribeWith()
                .topicFilter(wanted.topicFilter())
                .qos(wanted.qos())
                .send();
        return granted(subAck, error -> error instanceof Mqtt3SubAckException ? new Refused(0x80, "FAILURE") : null);
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

    /** In MQTT 3.1.1 the session ends with its connection or stays, as its CONNECT said. */
    @Override
    CompletableFuture<?> disconnect(boolean endSession) {
        return client.disconnect();
    }
}
