package dev.caravan.bridge;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.bridge.BridgeState.Drop;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once that the queue of a bridge gives messages up, and once that it has recovered: in the log and as a message on
 * {@code $SYS/broker/connection/<client id>/alert} of the local broker. Safe for threads.
 */
final class QueueAlarm {

    private static final Logger log = LoggerFactory.getLogger(QueueAlarm.class);

    private final BridgeSettings settings;
    private final BridgeCounters counters;
    private final Sink local;
    private final Clock clock;
    private final AtomicBoolean full = new AtomicBoolean();
    private final AtomicBoolean told = new AtomicBoolean();

    QueueAlarm(BridgeSettings settings, BridgeCounters counters, Sink local, Clock clock) {
        this.settings = settings;
        this.counters = counters;
        this.local = local;
        this.clock = clock;
    }

    /** A message was given up. On the publisher's thread, so this only takes a note. */
    void dropped() {
        full.set(true);
    }

    boolean isFull() {
        return full.get();
    }

    /** Says what has happened since the last look. */
    void look(LocalBroker.Queue queue) {
        if (full.get() && told.compareAndSet(false, true)) {
            log.atWarn()
                    .addKeyValue("bridge", settings.name())
                    .addKeyValue("policy", policy())
                    .addKeyValue("messages", queue.messages())
                    .addKeyValue("bytes", queue.bytes())
                    .log("the queue of the bridge is full, messages are given up");
            alert("bridge_queue_full", queue);
        } else if (told.get() && queue.hasRoom()) {
            full.set(false);
            told.set(false);
            log.atInfo()
                    .addKeyValue("bridge", settings.name())
                    .addKeyValue("dropped", dropCount())
                    .log("the queue of the bridge has room again");
            alert("bridge_queue_recovered", queue);
        }
    }

    private void alert(String type, LocalBroker.Queue queue) {
        // Only words of ours and a name without quotes: nothing here needs escaping.
        String json = String.format(
                Locale.ROOT,
                "{\"type\":\"%s\",\"bridge\":\"%s\",\"policy\":\"%s\",\"messages\":%d,\"bytes\":%d,\"dropped\":%d,\"timestamp\":\"%s\"}",
                type,
                settings.name(),
                policy(),
                queue.messages(),
                queue.bytes(),
                dropCount(),
                clock.instant());
        local.publish(
                Mqtt5Publish.builder()
                        .topic("$SYS/broker/connection/" + settings.clientId() + "/alert")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(json.getBytes(StandardCharsets.UTF_8))
                        .build(),
                failure -> {
                    if (failure != null) {
                        log.atWarn()
                                .addKeyValue("bridge", settings.name())
                                .log("alert not published: {}", failure.toString());
                    }
                });
    }

    private long dropCount() {
        return counters.dropped().getOrDefault(Drop.QUEUE_FULL, 0L);
    }

    private String policy() {
        return settings.queue().whenFull().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
