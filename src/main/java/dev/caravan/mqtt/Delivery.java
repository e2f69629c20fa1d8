package dev.caravan.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A message on its way out, its place in the line, and who is told what became of it. Guarded by its {@link Publisher}. */
final class Delivery {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int PROBE = -1;

    private final long number;
    private final Mqtt5Publish message;
    private final long timeoutMillis;
    private final long begun = System.nanoTime();
    private @Nullable Consumer<@Nullable Exception> outcome;

    /**
     * @param number grows from message to message of a line
     * @param timeoutMillis how long whoever is told waits at most; 0 for ever
     */
    Delivery(long number, Mqtt5Publish message, long timeoutMillis, Consumer<@Nullable Exception> outcome) {
        this(message, number, timeoutMillis, outcome);
    }

    private Delivery(
            Mqtt5Publish message, long number, long timeoutMillis, @Nullable Consumer<@Nullable Exception> outcome) {
        this.message = message;
        this.number = number;
        this.timeoutMillis = timeoutMillis <= 0 ? Long.MAX_VALUE : timeoutMillis;
        this.outcome = outcome;
    }

    /** Belongs to no line and counts as settled: nobody is told, and nobody sends it again. */
    static Delivery probe(Mqtt5Publish message) {
        return new Delivery(message, PROBE, 0, null);
    }

    boolean isProbe() {
        return number == PROBE;
    }

    long number() {
        return number;
    }

    Mqtt5Publish message() {
        return message;
    }

    long waitedMillis() {
        return (System.nanoTime() - begun) / NANOS_PER_MILLI;
    }

    long timeoutMillis() {
        return timeoutMillis;
    }

    /** Whether somebody waits for it who will not wait for ever. */
    boolean isTimed() {
        return timeoutMillis < Long.MAX_VALUE && !isSettled();
    }

    boolean isTimedOut() {
        return isTimed() && waitedMillis() >= timeoutMillis;
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

    /** Whether it waited longer than its Message Expiry Interval; never a probe, which is sent again and again. */
    boolean isExpired() {
        OptionalLong interval = message.getMessageExpiryInterval();
        return interval.isPresent() && !isProbe() && waitedMillis() > TimeUnit.SECONDS.toMillis(interval.getAsLong());
    }

    MqttPublishException failure(int code, String reason) {
        return new MqttPublishException(message.getTopic().toString(), code, reason);
    }

    /** The message within the broker's limits; the time it waited is taken off its expiry (MQTT 5.0, 3.3.2.3.3). */
    Mqtt5Publish onTheWire(Link.Accepted granted) {
        Mqtt5Publish wire = message;
        MqttQos qos = Qos.lower(message.getQos(), granted.maximumQos());
        if (qos != message.getQos()) {
            wire = wire.extend().qos(qos).build();
        }
        if (message.isRetain() && !granted.retainAvailable()) {
            wire = wire.extend().retain(false).build(); // a probe: others are refused
        }
        if (message.getMessageExpiryInterval().isPresent() && !isProbe()) {
            long left = message.getMessageExpiryInterval().getAsLong() - waitedMillis() / 1_000;
            wire = wire.extend().messageExpiryInterval(Math.max(1, left)).build();
        }
        return wire;
    }
}
