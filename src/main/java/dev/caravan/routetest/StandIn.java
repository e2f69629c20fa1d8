package dev.caravan.routetest;

import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.PollingConsumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.PollingConsumerSupport;
import org.jspecify.annotations.Nullable;

/** What a route has in place of an endpoint: in {@code from} where a test's messages enter, else where they are noted. */
final class StandIn extends DefaultEndpoint {

    private final Endpoint original;
    private final String address;
    private final boolean runs;
    private final Arrivals arrivals;
    private final MemoryBroker broker;

    /** @param runs whether the original does its work too */
    StandIn(Endpoint original, String address, boolean runs, Arrivals arrivals, MemoryBroker broker) {
        super(original.getEndpointUri(), null);
        this.original = original;
        this.address = address;
        this.runs = runs;
        this.arrivals = arrivals;
        this.broker = broker;
        setCamelContext(original.getCamelContext());
    }

    Endpoint original() {
        return original;
    }

    String address() {
        return address;
    }

    Arrivals arrivals() {
        return arrivals;
    }

    MemoryBroker broker() {
        return broker;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        // Never started; made so that what cannot be consumed from is found out.
        var unused = original.createConsumer(processor);
        return new DefaultConsumer(this, processor);
    }

    @Override
    public Producer createProducer() throws Exception {
        Producer producer = original.createProducer();
        return runs ? new RunningProducer(this, producer) : new NotingProducer(this);
    }

    /** For {@code pollEnrich}: there is never anything. */
    @Override
    public PollingConsumer createPollingConsumer() {
        return new NothingToPoll(this);
    }

    private static final class NothingToPoll extends PollingConsumerSupport {

        NothingToPoll(StandIn endpoint) {
            super(endpoint);
        }

        @Override
        public @Nullable Exchange receive() {
            return null;
        }

        @Override
        public @Nullable Exchange receiveNoWait() {
            return null;
        }

        @Override
        public @Nullable Exchange receive(long timeout) {
            return null;
        }
    }

    @Override
    public boolean isSingletonProducer() {
        return true;
    }

    @Override
    protected String createEndpointUri() {
        return original.getEndpointUri();
    }
}
