package dev.caravan.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A message on its way to the broker, with whoever waits for the outcome. Guarded by its {@link Publisher}. */
final class Delivery {

    private static final long NANOS_PER_MILLI = 1_000_000;

    final Mqtt5Publish message;

    /** Told once; null when it was. */
    @Nullable
    Consumer<@Nullable Exception> outcome;

    private final long begun = System.nanoTime();

    Delivery(Mqtt5Publish message, Consumer<@Nullable Exception> outcome) {
        this.message = message;
        this.outcome = outcome;
    }

    long waitedMillis() {
        return (System.nanoTime() - begun) / NANOS_PER_MILLI;
    }

    boolean isQos0() {
        return message.getQos() == MqttQos.AT_MOST_ONCE;
    }
}
