package dev.caravan.bridge;

import dev.caravan.mqtt.MqttComponent;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.Endpoint;
import org.apache.camel.support.DefaultComponent;
import org.jspecify.annotations.Nullable;

/**
 * Camel's way to a bridge, {@code mqtt-bridge:name}, which the route template of the same name uses: the route lives as
 * long as the bridge, and the exchanges it gets are the messages that one side can never take.
 *
 * <p>Register it and {@link BridgeTemplate} before routes are added. Started and stopped by the context. Safe for threads.
 */
public final class BridgeComponent extends DefaultComponent {

    private final MqttComponent mqtt;
    private final LocalBroker broker;
    private final Clock clock;
    private final Map<String, BridgeConsumer> bridges = new TreeMap<>();
    private @Nullable ScheduledExecutorService scheduler;
    private @Nullable ExecutorService deadLetters;

    /** @param mqtt in the same context, for the connections */
    public BridgeComponent(MqttComponent mqtt, LocalBroker broker, Clock clock) {
        this.mqtt = mqtt;
        this.broker = broker;
        this.clock = clock;
    }

    /** Whether a route has a bridge of a name, be it switched off or stopped at present. */
    public boolean isUsed(String name) {
        return getCamelContext().getEndpoints().stream()
                .anyMatch(endpoint -> endpoint instanceof BridgeEndpoint bridge
                        && bridge.settings().name().equals(name));
    }

    /** How the bridges of all started routes are, ordered by name. */
    public List<BridgeState> states() {
        Collection<BridgeConsumer> all;
        synchronized (bridges) {
            all = List.copyOf(bridges.values());
        }
        return all.stream().map(BridgeConsumer::state).flatMap(Optional::stream).toList();
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        BridgeSettings settings = resolveAndRemoveReferenceParameter(parameters, "settings", BridgeSettings.class);
        if (settings == null) {
            throw new IllegalArgumentException("mqtt-bridge: is for the route template mqtt-bridge; use that");
        }
        return new BridgeEndpoint(uri, this, settings);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        // A component starts when it is asked for first, and no route of this context need have done that.
        getCamelContext().getComponent("paho-mqtt5");
        scheduler = getCamelContext().getExecutorServiceManager().newScheduledThreadPool(this, "mqtt-bridge", 1);
        deadLetters = getCamelContext().getExecutorServiceManager().newSingleThreadExecutor(this, "mqtt-bridge-dead");
    }

    @Override
    protected void doStop() throws Exception {
        for (ExecutorService pool : new ExecutorService[] {scheduler, deadLetters}) {
            if (pool != null) {
                getCamelContext().getExecutorServiceManager().shutdownNow(pool);
            }
        }
        super.doStop();
    }

    /** @throws IllegalStateException if another route has a bridge of this name */
    void register(String name, BridgeConsumer bridge) {
        synchronized (bridges) {
            BridgeConsumer other = bridges.putIfAbsent(name, bridge);
            if (other != null) {
                throw new IllegalStateException("bridge name '" + name + "' is used twice: by route '"
                        + other.getRouteId() + "' and by route '" + bridge.getRouteId() + "'. Give each its own.");
            }
        }
    }

    void forget(String name, BridgeConsumer bridge) {
        synchronized (bridges) {
            bridges.remove(name, bridge);
        }
    }

    void hold(BridgeSettings settings) {
        broker.hold(settings);
    }

    MqttBridge open(BridgeSettings settings, DeadLetterChannel channel) {
        if (scheduler == null) {
            throw new IllegalStateException("component mqtt-bridge is not started");
        }
        return new MqttBridge(settings, mqtt, broker, channel, scheduler, clock);
    }

    void execute(Runnable task) {
        if (deadLetters != null) {
            deadLetters.execute(task);
        }
    }
}
