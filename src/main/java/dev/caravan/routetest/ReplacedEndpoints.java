package dev.caravan.routetest;

import java.util.Set;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.EndpointStrategy;

/**
 * Puts a stand-in before each endpoint that would leave the program. The real one is made all the same, so that its
 * component has checked every option.
 */
final class ReplacedEndpoints implements EndpointStrategy {

    /** Endpoints that only lead to another route, if there is one. */
    private static final Set<String> BETWEEN_ROUTES = Set.of("direct", "seda");

    private static final Set<String> INSIDE = Set.of("log", "mock", "language", "dataformat", "ref", "stub");
    private static final Set<String> BEANS = Set.of("bean", "class");

    /** It takes exchanges that failed, and its stand-in is the bean itself. */
    private static final String DEAD_LETTERS = "bean:deadLetters";

    private final Arrivals arrivals;
    private final MemoryBroker broker;
    private final Set<String> begins;

    /** @param begins where the routes of the test begin, as {@link Address} */
    ReplacedEndpoints(Arrivals arrivals, MemoryBroker broker, Set<String> begins) {
        this.arrivals = arrivals;
        this.broker = broker;
        this.begins = begins;
    }

    @Override
    public Endpoint registerEndpoint(String uri, Endpoint endpoint) {
        String address = Address.of(endpoint.getEndpointUri());
        String scheme = Address.scheme(address);
        boolean real = endpoint instanceof StandIn
                || INSIDE.contains(scheme)
                || address.equals(DEAD_LETTERS)
                || (BETWEEN_ROUTES.contains(scheme) && begins.contains(address));
        return real ? endpoint : new StandIn(endpoint, address, BEANS.contains(scheme), arrivals, broker);
    }
}
