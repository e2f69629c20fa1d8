package dev.caravan.cli;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuth;
import com.hivemq.client.mqtt.mqtt3.message.auth.Mqtt3SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3Connect;
import com.hivemq.client.mqtt.mqtt3.message.connect.Mqtt3ConnectBuilder;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection that speaks MQTT 3.1.1. */
final class Mqtt3Link implements MqttLink {

    private final LinkLifecycle lifecycle;
    private final Mqtt3AsyncClient client;
    private final Mqtt3Connect connect;

    Mqtt3Link(Broker broker, Session session, Events events) {
        lifecycle = new LinkLifecycle(session, events);
        client = lifecycle
                .builder(broker)
                .useMqttVersion3()
                .simpleAuth(auth(broker))
                .buildAsync();
        Mqtt3ConnectBuilder builder =
                Mqtt3Connect.builder().cleanSession(!session.persistent()).keepAlive(broker.keepAlive());
        if (session.will() != null) {
            builder = builder.willPublish(publication(session.will()));
        }
        connect = builder.build();
    }

    /** MQTT 3.1.1 knows no password without a user name (3.1.2.9). */
    private static @Nullable Mqtt3SimpleAuth auth(Broker broker) {
        if (broker.user() == null) {
            return null;
        }
        Mqtt3SimpleAuthBuilder.Complete builder = Mqtt3SimpleAuth.builder().username(broker.user());
        if (broker.password() != null) {
            builder = builder.password(broker.password().getBytes(StandardCharsets.UTF_8));
        }
        return builder.build();
    }

    @Override
    public void receive(Consumer<IncomingMessage> receiver) {
        client.publishes(
                MqttGlobalPublishFilter.ALL, publish -> receiver.accept(incoming(publish)), Runnable::run, true);
    }

    private static IncomingMessage incoming(Mqtt3Publish publish) {
        return new IncomingMessage(
                publish.getTopic().toString(),
                publish.getPayloadAsBytes(),
                publish.getQos().getCode(),
                publish.isRetain(),
                "",
                "",
                List.of(),
                publish::acknowledge);
    }

    @Override
    public CompletableFuture<?> connect() {
        return client.connect(connect);
    }

    @Override
    public CompletableFuture<?> subscribe(String topicFilter, int qos) {
        return client.subscribeWith().topicFilter(topicFilter).qos(qos(qos)).send();
    }

    @Override
    public CompletableFuture<?> publish(OutgoingMessage message) {
        return client.publish(publication(message));
    }

    private static Mqtt3Publish publication(OutgoingMessage message) {
        return Mqtt3Publish.builder()
                .topic(message.topic())
                .payload(message.payload())
                .qos(qos(message.qos()))
                .retain(message.retain())
                .build();
    }

    private static MqttQos qos(int code) {
        return MqttQos.values()[code];
    }

    @Override
    public CompletableFuture<?> settle() {
        return client.unsubscribeWith().topicFilter(NOBODYS_FILTER).send();
    }

    @Override
    public boolean isConnected() {
        return client.getState().isConnected();
    }

    @Override
    public void close() {
        lifecycle.closing();
        LinkLifecycle.await(client.disconnect(), LinkLifecycle.CLOSE_SECONDS);
    }
}
