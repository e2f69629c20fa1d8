package dev.caravan.fence;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.spi.ResourceLoader;
import org.apache.camel.support.service.ServiceSupport;

/** Loads nothing: no {@code resource:file:}, {@code classpath:} or {@code http:} of a route is read. */
final class NoResources extends ServiceSupport implements ResourceLoader {

    private CamelContext context;

    NoResources(CamelContext context) {
        this.context = context;
    }

    @Override
    public Resource resolveResource(String uri) {
        throw new IllegalArgumentException("'" + uri + "' is not allowed in routes: they read no files");
    }

    @Override
    public CamelContext getCamelContext() {
        return context;
    }

    @Override
    public void setCamelContext(CamelContext context) {
        this.context = context;
    }
}
