package dev.caravan.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.caravan.mqtt.MqttComponent;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BridgeComponentTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<List<BridgeState>> seenWhileOpening = new ArrayList<>();
    private BridgeComponent bridges;

    @BeforeEach
    void start() throws Exception {
        Clock clock = Clock.systemUTC();
        MqttComponent mqtt = new MqttComponent(clock);
        context.addComponent("paho-mqtt5", mqtt);
        bridges = new BridgeComponent(mqtt, withoutQueues(), clock);
        context.addComponent("mqtt-bridge", bridges);
        context.getRegistry().bind("deadLetters", new Object());
        BridgeTemplate.register(context);
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    /** Whoever sees it may publish, and what is published before there is a queue would be lost. */
    @Test
    void listsNoBridgeWhoseQueueIsNotOpen() {
        assertThatThrownBy(() -> add("tcp://127.0.0.1:1")).hasStackTraceContaining("no queue");

        assertThat(seenWhileOpening).containsExactly(List.of());
        assertThat(bridges.states()).isEmpty();
    }

    @Test
    void listsABridgeThatIsOff() throws Exception {
        add("");

        assertThat(bridges.states()).singleElement().satisfies(state -> {
            assertThat(state.name()).isEqualTo("one");
            assertThat(state.address()).isEmpty();
            assertThat(state.since()).isAfter(Instant.EPOCH);
        });
    }

    private void add(String addresses) throws Exception {
        TemplatedRouteBuilder.builder(context, BridgeTemplate.ID)
                .routeId("bridge-one")
                .parameters(Map.of("name", "one", "addresses", addresses, "topics", "a/# out 1"))
                .add();
    }

    private LocalBroker withoutQueues() {
        return (LocalBroker) Proxy.newProxyInstance(
                LocalBroker.class.getClassLoader(), new Class<?>[] {LocalBroker.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("open")) {
                        seenWhileOpening.add(bridges.states());
                        throw new IllegalStateException("no queue");
                    }
                    boolean localAddress = method.getName().equals("url");
                    return method.getReturnType() == String.class ? localAddress ? "tcp://127.0.0.1:1" : "x" : null;
                });
    }
}
