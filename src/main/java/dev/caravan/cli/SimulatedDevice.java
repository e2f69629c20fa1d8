package dev.caravan.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A device with sensors and its own connection. Its status topic says {@code online} while it is connected and
 * {@code offline} after that, by its will when it vanishes. One thread calls it, besides the connection's.
 */
final class SimulatedDevice implements MqttLink.Events {

    /** More waiting than this, and readings are left out until the broker is back. */
    private static final int MOST_UNACKNOWLEDGED = 1_000;

    private static final int QOS = 1;

    private final String id;
    private final String prefix;
    private final Sensor sensor;
    private final boolean withMotion;
    private final Clock clock;
    private final SimulationCounts counts;
    private final MqttLink link;
    private final ObjectMapper json = new ObjectMapper();
    private final AtomicInteger unacknowledged = new AtomicInteger();
    private @Nullable Boolean lastMotion;

    /**
     * @param id level of its topics
     * @param clientId must stay the same over reconnects: the broker publishes the will of a connection it has not yet
     *     missed when the same client comes back, so that {@code online} is last
     */
    SimulatedDevice(String id, String clientId, Sensor sensor, Simulation simulation, SimulationCounts counts) {
        this.id = id;
        this.prefix = simulation.prefix() + "/" + id + "/";
        this.sensor = sensor;
        this.withMotion = simulation.motion();
        this.clock = simulation.clock();
        this.counts = counts;
        this.link = MqttLink.create(simulation.broker(), new Session(clientId, false, status("offline"), true), this);
    }

    CompletableFuture<?> connect() {
        return link.connect();
    }

    boolean isConnected() {
        return link.isConnected();
    }

    boolean isIdle() {
        return unacknowledged.get() == 0;
    }

    /** Takes a reading and publishes it, without waiting. */
    void tick() {
        Sensor.Reading reading = sensor.next();
        boolean motion = withMotion && sensor.nextMotion();
        if (unacknowledged.get() > MOST_UNACKNOWLEDGED) {
            counts.skipped.increment();
            return;
        }
        publish(message(prefix + "temperature", reading.temperature(), false));
        publish(message(prefix + "humidity", reading.humidity(), false));
        publish(message(prefix + "pressure", reading.pressure(), false));
        publish(message(prefix + "data", data(reading), false));
        if (withMotion && (lastMotion == null || lastMotion != motion)) {
            lastMotion = motion;
            publish(message(prefix + "motion", motion ? "ON" : "OFF", false));
        }
    }

    private String data(Sensor.Reading reading) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("timestamp", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        fields.put("device_id", id);
        fields.put("temperature", reading.temperature());
        fields.put("humidity", reading.humidity());
        fields.put("pressure", reading.pressure());
        try {
            return json.writeValueAsString(fields);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Says goodbye after everything else; completes with the acknowledgement. */
    CompletableFuture<?> sayOffline() {
        return publish(status("offline"));
    }

    void close() {
        link.close();
    }

    @Override
    public void connected() {
        counts.forgetTroubles();
        publish(status("online"));
    }

    @Override
    public void lost(String reason) {
        counts.trouble("no connection, trying again: " + reason);
    }

    private OutgoingMessage status(String text) {
        return message("devices/" + id + "/status", text, true);
    }

    private static OutgoingMessage message(String topic, Object value, boolean retain) {
        return new OutgoingMessage(topic, value.toString().getBytes(StandardCharsets.UTF_8), QOS, retain);
    }

    private CompletableFuture<?> publish(OutgoingMessage message) {
        unacknowledged.incrementAndGet();
        counts.sent.increment();
        return link.publish(message).whenComplete((ok, failure) -> {
            unacknowledged.decrementAndGet();
            if (failure == null) {
                counts.acknowledged.increment();
            } else {
                counts.failed.increment();
                counts.trouble("not published to " + message.topic() + ": " + LinkFailure.text(failure));
            }
        });
    }
}
