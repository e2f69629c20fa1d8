package dev.caravan.routetest;

import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.Producer;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.service.ServiceHelper;

/** Notes what goes to an endpoint, and lets the real one work: for beans, which live in memory. */
final class RunningProducer extends DefaultAsyncProducer {

    private final StandIn endpoint;
    private final Producer real;
    private final AsyncProcessor work;

    RunningProducer(StandIn endpoint, Producer real) {
        super(endpoint);
        this.endpoint = endpoint;
        this.real = real;
        this.work = AsyncProcessorConverterHelper.convert(real);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ServiceHelper.startService(real);
    }

    @Override
    protected void doStop() throws Exception {
        ServiceHelper.stopService(real);
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        endpoint.arrivals().add(NotingProducer.any(endpoint.address(), exchange));
        return work.process(exchange, callback);
    }
}
