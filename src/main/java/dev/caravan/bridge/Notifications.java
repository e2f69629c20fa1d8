package dev.caravan.bridge;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.mqtt.MqttConnection.Will;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells both brokers by a Retained Message whether the bridge is connected, as Mosquitto does: {@code 1} or {@code 0} on
 * {@code $SYS/broker/connection/<client id>/state}. At the remote the will says {@code 0} when nobody else can. Safe for
 * threads.
 */
final class Notifications {

    private static final Logger log = LoggerFactory.getLogger(Notifications.class);
    private static final Duration GOODBYE = Duration.ofSeconds(1);
    private static final String CONNECTED = "1";
    private static final String DISCONNECTED = "0";

    private final String topic;
    private final boolean enabled;
    private final AtomicBoolean announced = new AtomicBoolean();

    Notifications(BridgeSettings settings) {
        this.topic = "$SYS/broker/connection/" + settings.clientId() + "/state";
        this.enabled = settings.notifications();
    }

    @Nullable
    Will will() {
        return enabled ? new Will(topic, DISCONNECTED) : null;
    }

    /** The same as {@link #remoteUp} says, which is true whenever it arrives. */
    @Nullable
    Mqtt5Publish probe() {
        return enabled ? message(true) : null;
    }

    /** Says so at the local broker. */
    void local(Sink local, boolean connected) {
        if (enabled) {
            local.publish(message(connected), failure -> report("local", failure));
        }
    }

    /** Says at the remote that the bridge is there. Once more on each connection, as the will may have been published. */
    void remoteUp(Sink remote) {
        if (enabled && announced.compareAndSet(false, true)) {
            remote.publish(message(true), failure -> {
                announced.set(false);
                report("remote", failure);
            });
        }
    }

    /**
     * Says at the local broker that the bridge goes, and waits a moment for the answer.
     *
     * @return whether it is there, or was not wanted
     */
    boolean localGoes(Sink local) {
        return goes(local);
    }

    /** The same at the remote. */
    boolean remoteGoes(Sink remote) {
        return goes(remote);
    }

    private boolean goes(Sink side) {
        if (!enabled) {
            return true;
        }
        CompletableFuture<Boolean> told = new CompletableFuture<>();
        side.publish(message(false), failure -> told.complete(failure == null));
        return told.completeOnTimeout(false, GOODBYE.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private Mqtt5Publish message(boolean connected) {
        return Mqtt5Publish.builder()
                .topic(topic)
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .payload((connected ? CONNECTED : DISCONNECTED).getBytes(StandardCharsets.UTF_8))
                .build();
    }

    private void report(String side, @Nullable Exception failure) {
        if (failure != null) {
            log.atDebug()
                    .addKeyValue("topic", topic)
                    .addKeyValue("side", side)
                    .log("not notified: {}", failure.toString());
        }
    }
}
