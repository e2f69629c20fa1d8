package dev.caravan.routetest;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.AsyncProcessorConverterHelper;

/** Where messages enter one route. Safe for threads. */
final class Inlet {

    /** Called when an exchange has gone through the route, however it ended. */
    interface Done {
        void done(Exchange exchange);
    }

    private final String routeId;
    private final Consumer consumer;
    private final AsyncProcessor route;
    private final Arrivals arrivals;
    private final AtomicInteger underWay;

    /** @param underWay counts the exchanges that are in the route */
    Inlet(Route route, Arrivals arrivals, AtomicInteger underWay) {
        this.routeId = route.getRouteId();
        this.consumer = Objects.requireNonNull(route.getConsumer());
        this.route = AsyncProcessorConverterHelper.convert(consumer.getProcessor());
        this.arrivals = arrivals;
        this.underWay = underWay;
    }

    String routeId() {
        return routeId;
    }

    boolean is(String scheme) {
        return Address.scheme(address()).equals(scheme);
    }

    String address() {
        return Address.of(consumer.getEndpoint().getEndpointUri());
    }

    /** The real endpoint that the route begins with. */
    Endpoint endpoint() {
        return consumer.getEndpoint() instanceof StandIn standIn ? standIn.original() : consumer.getEndpoint();
    }

    Exchange exchange() {
        return consumer.createExchange(false);
    }

    /** Starts a message through the route; a failure that the route leaves becomes an arrival. */
    void take(Exchange exchange) {
        take(exchange, done -> {
            Exception failure = done.getException();
            if (failure != null) {
                arrivals.add(Arrival.text(Arrival.ERROR, reason(failure)));
            }
        });
    }

    void take(Exchange exchange, Done done) {
        underWay.incrementAndGet();
        var unused = route.process(exchange, sync -> {
            done.done(exchange);
            underWay.decrementAndGet();
        });
    }

    static String reason(Throwable failure) {
        String message = failure.getMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.lines().findFirst().orElse("").strip();
    }
}
