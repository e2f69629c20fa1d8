package dev.caravan.testkit;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A ledger's connection that speaks MQTT 5. */
final class LedgerLink5 implements LedgerLink {

    private static final long DAY = 24 * 60 * 60;

    private final Listener listener;
    private final Mqtt5AsyncClient client;
    private final AtomicBoolean ended = new AtomicBoolean();

    LedgerLink5(Target target, Listener listener) {
        this.listener = listener;
        client = target.builder()
                .useMqttVersion5()
                .addDisconnectedListener(context -> end(context.getCause()))
                .buildAsync();
        if (target.durable()) {
            var unused =
                    client.toRx().publishes(MqttGlobalPublishFilter.ALL, true).subscribe(this::arrived, this::end);
        }
        var unused = client.connectWith()
                .cleanStart(!target.durable())
                .sessionExpiryInterval(target.durable() ? DAY : 0)
                .keepAlive(target.keepAlive())
                .send()
                .whenComplete((connAck, error) -> {
                    if (error == null) {
                        listener.connected(
                                this,
                                connAck.isSessionPresent(),
                                connAck.getRestrictions().getReceiveMaximum());
                    } else {
                        end(error);
                    }
                });
    }

    private void arrived(Mqtt5Publish message) {
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
                .whenComplete((result, error) ->
                        done.accept(error instanceof Mqtt5PubAckException no ? new Refused(no.getMessage()) : error));
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
