package dev.caravan.bridge;

import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** One bridge as an endpoint that a route begins with. */
final class BridgeEndpoint extends DefaultEndpoint {

    private final BridgeSettings settings;

    BridgeEndpoint(String uri, BridgeComponent component, BridgeSettings settings) {
        super(uri, component);
        this.settings = settings;
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        BridgeConsumer consumer = new BridgeConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public Producer createProducer() {
        throw new UnsupportedOperationException("a bridge is fed by its topics, not by a route");
    }

    @Override
    public boolean isSingleton() {
        return true;
    }

    BridgeSettings settings() {
        return settings;
    }

    BridgeComponent component() {
        return (BridgeComponent) getComponent();
    }
}
