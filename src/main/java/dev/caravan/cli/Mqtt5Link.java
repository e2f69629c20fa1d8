package dev.caravan.cli;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5ConnectBuilder;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection that speaks MQTT 5. */
final class Mqtt5Link implements MqttLink {

    private final LinkLifecycle lifecycle;
    private final Mqtt5AsyncClient client;
    private final Mqtt5Connect connect;

    Mqtt5Link(Broker broker, Session session, Events events) {
        lifecycle = new LinkLifecycle(session, events);
        client = lifecycle
                .builder(broker)
                .useMqttVersion5()
                .simpleAuth(auth(broker))
                .buildAsync();
        Mqtt5ConnectBuilder builder =
                Mqtt5Connect.builder().cleanStart(!session.persistent()).keepAlive(broker.keepAlive());
        if (session.persistent()) {
            builder = builder.noSessionExpiry();
        }
        if (session.will() != null) {
            builder = builder.willPublish(publication(session.will()));
        }
        connect = builder.build();
    }

    private static @Nullable Mqtt5SimpleAuth auth(Broker broker) {
        if (broker.user() == null && broker.password() == null) {
            return null;
        }
        Mqtt5SimpleAuthBuilder builder = Mqtt5SimpleAuth.builder();
        if (broker.password() == null) {
            return builder.username(String.valueOf(broker.user())).build();
        }
        byte[] password = broker.password().getBytes(StandardCharsets.UTF_8);
        return broker.user() == null
                ? builder.password(password).build()
                : builder.username(broker.user()).password(password).build();
    }

    @Override
    public void receive(Consumer<IncomingMessage> receiver) {
        client.publishes(
                MqttGlobalPublishFilter.ALL, publish -> receiver.accept(incoming(publish)), Runnable::run, true);
    }

    private static IncomingMessage incoming(Mqtt5Publish publish) {
        List<Map.Entry<String, String>> properties = publish.getUserProperties().asList().stream()
                .map(p -> Map.entry(p.getName().toString(), p.getValue().toString()))
                .toList();
        return new IncomingMessage(
                publish.getTopic().toString(),
                publish.getPayloadAsBytes(),
                publish.getQos().getCode(),
                publish.isRetain(),
                publish.getContentType().map(Object::toString).orElse(""),
                publish.getResponseTopic().map(Object::toString).orElse(""),
                properties,
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
        return client.publish(publication(message))
                .thenAccept(result -> result.getError().ifPresent(e -> {
                    throw new CompletionException(e);
                }));
    }

    private static Mqtt5Publish publication(OutgoingMessage message) {
        return Mqtt5Publish.builder()
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
