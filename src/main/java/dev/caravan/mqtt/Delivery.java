package dev.caravan.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A message on its way out, and who is told what became of it. Guarded by its {@link Publisher}. */
final class Delivery {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Mqtt5Publish message;
    private final long begun = System.nanoTime();
    private @Nullable Consumer<@Nullable Exception> outcome;

    Delivery(Mqtt5Publish message, Consumer<@Nullable Exception> outcome) {
        this.message = message;
        this.outcome = outcome;
    }

    Mqtt5Publish message() {
        return message;
    }

    long waitedMillis() {
        return (System.nanoTime() - begun) / NANOS_PER_MILLI;
    }

    boolean isQos0() {
        return message.getQos() == MqttQos.AT_MOST_ONCE;
    }

    boolean isSettled() {
        return outcome == null;
    }

    /** @return who is to be told, once; null after that */
    @Nullable
    Consumer<@Nullable Exception> settle() {
        Consumer<@Nullable Exception> told = outcome;
        outcome = null;
        return told;
    }

    /** The message within the broker's limits; the time it waited is taken off its expiry (MQTT 5.0, 3.3.2.3.3). */
    Mqtt5Publish onTheWire(Link.Accepted granted) {
        Mqtt5Publish wire = message;
        MqttQos qos = Qos.lower(message.getQos(), granted.maximumQos());
        if (qos != message.getQos()) {
            wire = wire.extend().qos(qos).build();
        }
        if (message.getMessageExpiryInterval().isPresent()) {
            long left = message.getMessageExpiryInterval().getAsLong() - waitedMillis() / 1_000;
            wire = wire.extend().messageExpiryInterval(Math.max(1, left)).build();
        }
        return wire;
    }
}
