package dev.caravan.mqtt;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.LoggingExceptionHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routes what a subscription delivers, in order, on the thread of the connection, without waiting for one exchange
 * before the next begins. A message is acknowledged when its exchange is complete, whether it went well or not: what
 * becomes of a failure is the route's error handler's business, and a poison message must not stand in the way. Only an
 * exchange that Camel turned away because something stops is left for redelivery.
 *
 * <p>At most {@code receiveMaximum} exchanges are under way. More wait: MQTT 5 brokers that keep to the Receive Maximum
 * hold them back, others may fill the memory with up to 65,535 messages. QoS 0 messages are held back by {@link
 * Qos0Inflow}; where that does not suffice, newer ones are dropped with a warning.
 *
 * <p>Suspended, it begins no exchange, lets those under way end and be acknowledged, and then disconnects.
 */
final class MqttConsumer extends DefaultConsumer implements Suspendable, Connection.User {

    private static final Logger LOG = LoggerFactory.getLogger(MqttConsumer.class);
    private static final int CLOSE_SECONDS = 3;
    private static final Duration WARN_PERIOD = Duration.ofSeconds(10);

    private record Arrival(Link link, Mqtt5Publish message, Runnable acknowledge) {}

    private final MqttEndpoint endpoint;
    private final int window;
    private final Queue<Arrival> waiting = new ConcurrentLinkedQueue<>();
    private final Qos0Inflow waitingQos0;
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger drains = new AtomicInteger();
    private final AtomicBoolean drainPlanned = new AtomicBoolean();
    private final Throttle failures;
    private final Throttle drops;
    private final @Nullable Origin origin;
    private volatile boolean accepting;
    private @Nullable Connection connection;

    MqttConsumer(MqttEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.waitingQos0 = new Qos0Inflow(
                endpoint.component().clock(),
                Duration.ofSeconds(endpoint.getConfiguration().getKeepAliveInterval()));
        this.origin = endpoint.origin();
        this.window = endpoint.getConfiguration().getReceiveMaximum();
        this.failures = new Throttle(endpoint.component().clock(), WARN_PERIOD);
        this.drops = new Throttle(endpoint.component().clock(), WARN_PERIOD);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        String route = getRouteId() == null ? "" : getRouteId() + ": ";
        accepting = true;
        connection =
                endpoint.component().connect(route + "in " + endpoint.getTopic(), endpoint.consumerOptions(), this);
    }

    @Override
    protected void doSuspend() throws Exception {
        accepting = false;
        if (underWay.get() == 0) {
            disconnect();
        }
    }

    @Override
    protected void doResume() throws Exception {
        accepting = true;
        Connection current = connection;
        if (current != null) {
            current.start();
        }
        drain();
    }

    @Override
    protected void doStop() throws Exception {
        accepting = false;
        Connection last = connection;
        if (last != null) {
            connection = null;
            CompletableFuture<Void> closed =
                    last.close(endpoint.getConfiguration().isCleanStart());
            endpoint.component().forget(last);
            closed.completeOnTimeout(null, CLOSE_SECONDS, TimeUnit.SECONDS).join();
        }
        waiting.clear();
        waitingQos0.clear();
        super.doStop();
    }

    private void disconnect() {
        Connection current = connection;
        if (current != null) {
            var unused = current.close(endpoint.getConfiguration().isCleanStart());
        }
    }

    @Override
    public void up(Link link, Link.Accepted accepted) {}

    @Override
    public boolean down(Link link) {
        if (endpoint.keepsSession()) {
            // The broker sends these again.
            waiting.removeIf(
                    arrival -> arrival.link() == link && arrival.message().getQos() != MqttQos.AT_MOST_ONCE);
        }
        return false;
    }

    @Override
    public void arrived(Link link, Mqtt5Publish message, Runnable acknowledge) {
        if (!endpoint.wants(message.getTopic().toString())) {
            LOG.atDebug()
                    .addKeyValue("routeId", getRouteId())
                    .addKeyValue("topic", message.getTopic())
                    .log("Message skipped: it came by a filter that the route had before");
            acknowledge.run();
            return;
        }
        if (message.getQos() == MqttQos.AT_MOST_ONCE) {
            if (!accepting) {
                return;
            }
            if (!waitingQos0.admit(link)) {
                long held = drops.admit();
                if (held >= 0) {
                    LOG.atWarn()
                            .addKeyValue("routeId", getRouteId())
                            .addKeyValue("topic", message.getTopic())
                            .addKeyValue("more", held)
                            .log("QoS 0 message dropped: the route is slower than the broker");
                }
                return;
            }
        }
        waiting.add(new Arrival(link, message, acknowledge));
        drain();
    }

    /** One thread at a time, so that exchanges begin in the order of arrival. */
    private void drain() {
        if (drains.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        do {
            Arrival next;
            while (accepting && underWay.get() < window && (next = waiting.poll()) != null) {
                if (next.message().getQos() == MqttQos.AT_MOST_ONCE) {
                    waitingQos0.taken();
                }
                underWay.incrementAndGet();
                route(next);
            }
            seen = drains.addAndGet(-seen);
        } while (seen != 0);
    }

    private void route(Arrival arrival) {
        Exchange exchange = createExchange(false);
        ExchangeMapping.read(arrival.message(), exchange.getMessage(), origin);
        try {
            getAsyncProcessor().process(exchange, doneSync -> complete(arrival, exchange));
        } catch (RuntimeException e) {
            exchange.setException(e);
            complete(arrival, exchange);
        }
    }

    private void complete(Arrival arrival, Exchange exchange) {
        Exception failure = exchange.getException();
        boolean turnedAway = failure instanceof RejectedExecutionException;
        if (failure != null && !turnedAway) {
            report(arrival.message(), exchange, failure);
        }
        releaseExchange(exchange, false);
        if (turnedAway) {
            Connection current = connection;
            if (current != null && accepting && arrival.message().getQos() != MqttQos.AT_MOST_ONCE) {
                current.reconnect("a message was turned away by the route");
            }
        } else {
            arrival.acknowledge().run();
        }
        if (underWay.decrementAndGet() == 0 && !accepting) {
            disconnect();
        } else if (!waiting.isEmpty()) {
            drainElsewhere();
        }
    }

    /** Not on the thread that completed an exchange: it may be that of the producer's connection. */
    private void drainElsewhere() {
        if (drainPlanned.compareAndSet(false, true)) {
            endpoint.component().execute(() -> {
                drainPlanned.set(false);
                drain();
            });
        }
    }

    private void report(Mqtt5Publish message, Exchange exchange, Exception failure) {
        // An error handler of the route's author sees every failure, the log one in ten seconds.
        long held = getExceptionHandler() instanceof LoggingExceptionHandler ? failures.admit() : 0;
        if (held >= 0) {
            String more = held == 0 ? "" : " (and " + held + " more before)";
            getExceptionHandler()
                    .handleException("Message on topic '" + message.getTopic() + "' failed" + more, exchange, failure);
        }
    }
}
