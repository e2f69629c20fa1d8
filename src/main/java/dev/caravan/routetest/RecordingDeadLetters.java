package dev.caravan.routetest;

import dev.caravan.route.DeadLetter;
import org.apache.camel.Exchange;

/** Stands for the bean {@code deadLetters}; public and its method too, as routes call it by name. */
public final class RecordingDeadLetters {

    private final Arrivals arrivals;

    RecordingDeadLetters(Arrivals arrivals) {
        this.arrivals = arrivals;
    }

    /** Notes a message that a route could not process. */
    public void keep(Exchange exchange) {
        DeadLetter letter = DeadLetter.of(exchange);
        arrivals.add(Arrival.deadLetter(letter.topic(), letter.payload(), letter.reason()));
    }
}
