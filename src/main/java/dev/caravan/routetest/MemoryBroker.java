package dev.caravan.routetest;

import dev.caravan.bridge.BridgeCrossing;
import dev.caravan.mqtt.MqttHeaders;
import dev.caravan.mqtt.MqttMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Hands what is published to the routes of one test that subscribe to it, as a broker would: in order, on a thread of
 * its own, each subscriber by its Topic Filter. Bridges get what their topic lines take. Keeps no Retained Messages.
 */
final class MemoryBroker implements AutoCloseable {

    private final Arrivals arrivals;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        Thread named = new Thread(task, "memory-broker");
        named.setDaemon(true);
        return named;
    });
    private final AtomicInteger underWay;
    private volatile List<Inlet> subscribers = List.of();
    private volatile List<Inlet> bridges = List.of();

    /** @param underWay counts what is yet to be handed out */
    MemoryBroker(Arrivals arrivals, AtomicInteger underWay) {
        this.arrivals = arrivals;
        this.underWay = underWay;
    }

    void connect(List<Inlet> inlets) {
        subscribers = inlets.stream().filter(i -> i.is("paho-mqtt5")).toList();
        bridges = inlets.stream().filter(i -> i.is("mqtt-bridge")).toList();
    }

    /** Whether any route is fed by messages at all. */
    boolean hasSubscribers() {
        return !subscribers.isEmpty() || !bridges.isEmpty();
    }

    boolean hasBridges() {
        return !bridges.isEmpty();
    }

    /** What the test publishes. */
    void publish(Sent.Publish sent) {
        run(() -> {
            MqttMessage message =
                    MqttMessage.of(sent.topic(), sent.payload(), sent.qos(), sent.retain(), sent.userProperties());
            if (sent.remote()) {
                inward(message, sent);
            } else {
                distribute(message, null, sent.headers());
                outward(message);
            }
        });
    }

    /** What a route has published: it goes to the routes at the same broker. */
    void published(MqttMessage message, Endpoint by) {
        if (arrivals.isFull()) {
            return;
        }
        run(() -> {
            distribute(message, by, Map.of());
            outward(message);
        });
    }

    private void distribute(MqttMessage message, @Nullable Endpoint by, Map<String, Object> headers) {
        for (Inlet inlet : subscribers) {
            if (message.isFor(inlet.endpoint()) && (by == null || MqttMessage.isSameBroker(by, inlet.endpoint()))) {
                Exchange exchange = inlet.exchange();
                message.deliver(inlet.endpoint(), exchange.getMessage());
                exchange.getMessage().getHeaders().putAll(headers);
                inlet.take(exchange);
            }
        }
    }

    private void outward(MqttMessage message) {
        for (Inlet bridge : bridges) {
            try {
                BridgeCrossing.out(bridge.endpoint(), message.topic(), message.qos(), message.retain())
                        .ifPresent(crossing -> arrivals.add(crossed(Arrival.REMOTE, crossing, message)));
            } catch (IllegalArgumentException e) {
                undeliverable(bridge, message, e);
            }
        }
    }

    private void inward(MqttMessage message, Sent.Publish sent) {
        for (Inlet bridge : bridges) {
            try {
                Optional<BridgeCrossing> crossing =
                        BridgeCrossing.in(bridge.endpoint(), message.topic(), message.qos(), message.retain());
                if (crossing.isPresent()) {
                    arrivals.add(crossed(Arrival.LOCAL, crossing.get(), message));
                    // Not outward: the bridge path keeps it from going back.
                    MqttMessage here = MqttMessage.of(
                            crossing.get().topic(),
                            message.payload(),
                            crossing.get().qos(),
                            crossing.get().retain(),
                            sent.userProperties());
                    distribute(here, null, sent.headers());
                }
            } catch (IllegalArgumentException e) {
                undeliverable(bridge, message, e);
            }
        }
    }

    private static Arrival crossed(String to, BridgeCrossing crossing, MqttMessage message) {
        return Arrival.crossed(to, crossing.topic(), message.payload(), crossing.qos(), crossing.retain());
    }

    /** As a bridge does: its route gets what it cannot deliver. */
    private static void undeliverable(Inlet bridge, MqttMessage message, Exception reason) {
        Exchange exchange = bridge.exchange();
        exchange.getMessage().setBody(message.payload());
        exchange.getMessage().setHeaders(new HashMap<>(Map.of(MqttHeaders.TOPIC, message.topic())));
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, reason);
        bridge.take(exchange);
    }

    /** Runs something on the broker's thread, where a route that blocks does not hold up the test. */
    void run(Runnable work) {
        underWay.incrementAndGet();
        thread.execute(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                arrivals.add(Arrival.text(Arrival.ERROR, Inlet.reason(e)));
            } finally {
                underWay.decrementAndGet();
            }
        });
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
