package dev.caravan.testkit;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.hivemq.client.mqtt.mqtt3.message.publish.Mqtt3Publish;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A ledger's connection that speaks MQTT 3.1.1. */
final class LedgerLink3 implements LedgerLink {

    private static final int UNLIMITED = 65_535;

    private final Listener listener;
    private final Mqtt3AsyncClient client;
    private final AtomicBoolean ended = new AtomicBoolean();

    LedgerLink3(Target target, Listener listener) {
        this.listener = listener;
        client = target.builder()
                .useMqttVersion3()
                .addDisconnectedListener(context -> end(context.getCause()))
                .buildAsync();
        if (target.durable()) {
            var unused =
                    client.toRx().publishes(MqttGlobalPublishFilter.ALL, true).subscribe(this::arrived, this::end);
        }
        var unused = client.connectWith()
                .cleanSession(!target.durable())
                .keepAlive(target.keepAlive())
                .send()
                .whenComplete((connAck, error) -> {
                    if (error == null) {
                        listener.connected(this, connAck.isSessionPresent(), UNLIMITED);
                    } else {
                        end(error);
                    }
                });
    }

    private void arrived(Mqtt3Publish message) {
        if (!ended.get()) {
            listener.arrived(new String(message.getPayloadAsBytes(), StandardCharsets.UTF_8));
            message.acknowledge();
        }
    }

    @Override
    public void subscribe(String filter, Consumer<@Nullable Throwable> done) {
        var unused = client.subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.AT_LEAST_ONCE)
                .send()
                .whenComplete((subAck, error) -> done.accept(error));
    }

    @Override
    public void publish(String topic, byte[] payload, Consumer<@Nullable Throwable> done) {
        var unused = client.publishWith()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload)
                .send()
                .whenComplete((result, error) -> done.accept(error));
    }

    @Override
    public void close() {
        var unused = client.disconnect().whenComplete((done, error) -> end(error));
    }

    private void end(@Nullable Throwable cause) {
        if (ended.compareAndSet(false, true)) {
            listener.ended(this, cause);
        }
    }
}
