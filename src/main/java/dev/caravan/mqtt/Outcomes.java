package dev.caravan.mqtt;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers under a lock who is to be told what, and tells it outside. Whoever throws at being told stands in nobody's way:
 * it is logged. For one thread.
 */
final class Outcomes {

    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);

    private record Settled(Consumer<@Nullable Exception> outcome, Exception failure) {}

    private final List<Settled> settled = new ArrayList<>();

    /** Settles a delivery that has failed, unless it is settled already. */
    void fail(Delivery delivery, Exception failure) {
        Consumer<@Nullable Exception> outcome = delivery.settle();
        if (outcome != null) {
            settled.add(new Settled(outcome, failure));
        }
    }

    void tell() {
        settled.forEach(one -> tell(one.outcome(), one.failure()));
    }

    static void tell(Consumer<@Nullable Exception> outcome, @Nullable Exception failure) {
        try {
            outcome.accept(failure);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("The outcome of a message could not be told");
        }
    }
}
