package dev.caravan.routetest;

import dev.caravan.check.Draft;
import dev.caravan.check.ItemReader;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.LoggingLevel;
import org.apache.camel.component.seda.SedaComponent;
import org.apache.camel.component.seda.SedaEndpoint;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.spi.CamelLogger;
import org.slf4j.helpers.NOPLogger;

/** The routes of one test in a context of their own, with stand-ins around them. For one thread. */
final class Stage implements AutoCloseable {

    /** Looks in a row that must find everything still: a seda consumer takes a message out before it works on it. */
    private static final int STILL_LOOKS = 3;

    private static final String DEAD_LETTERS = "deadLetters";

    private static final int SHUTDOWN_MILLIS = 500;
    private static final int SEDA_POLL_MILLIS = 20;

    private final CamelContext context;
    private final Arrivals arrivals = new Arrivals();
    private final AtomicInteger underWay = new AtomicInteger();
    private final MemoryBroker broker = new MemoryBroker(arrivals, underWay);
    private List<Inlet> inlets = List.of();
    private int still;

    /** @param context unstarted and without routes; closed with this */
    Stage(CamelContext context) {
        this.context = context;
        // Binding alone would leave both, each by its class.
        context.getRegistry().unbind(DEAD_LETTERS);
        context.getRegistry().bind(DEAD_LETTERS, new RecordingDeadLetters(arrivals));
        context.getRegistry().bind("routeTestLogger", new RecordingLogger(arrivals));
        context.getShutdownStrategy().setTimeUnit(TimeUnit.MILLISECONDS);
        context.getShutdownStrategy().setTimeout(SHUTDOWN_MILLIS);
        context.getShutdownStrategy().setSuppressLoggingOnTimeout(true);
        context.getShutdownStrategy().setLogInflightExchangesOnTimeout(false);
        context.getComponent("seda", SedaComponent.class).setDefaultPollTimeout(SEDA_POLL_MILLIS);
        // Camel's default but for the log: the test tells of a failure, in one line.
        DefaultErrorHandlerDefinition quiet = new DefaultErrorHandlerDefinition();
        quiet.setLoggerBean(new CamelLogger(NOPLogger.NOP_LOGGER, LoggingLevel.OFF));
        context.getCamelContextExtension().setErrorHandlerFactory(quiet);
    }

    /** @throws Exception if the files make no routes that run */
    void open(Collection<Draft> files) throws Exception {
        context.build();
        for (Draft file : files) {
            ItemReader.add(context, file);
        }
        context.getCamelContextExtension().registerEndpointCallback(new ReplacedEndpoints(arrivals, broker, begins()));
        context.start();
        inlets = context.getRoutes().stream()
                .map(route -> new Inlet(route, arrivals, underWay))
                .toList();
        broker.connect(inlets);
    }

    private Set<String> begins() {
        Set<String> begins = new HashSet<>();
        for (RouteDefinition route : ((ModelCamelContext) context).getRouteDefinitions()) {
            String uri = Address.of(route.getInput().getEndpointUri());
            Map<String, Object> parameters =
                    Objects.requireNonNullElse(route.getTemplateParameters(), Map.<String, Object>of());
            for (Map.Entry<String, Object> parameter : parameters.entrySet()) {
                uri = uri.replace("{{" + parameter.getKey() + "}}", String.valueOf(parameter.getValue()));
            }
            begins.add(Address.of(context.resolvePropertyPlaceholders(uri)));
        }
        return begins;
    }

    /**
     * Sends what a test sends, each when the routes are done with the one before, and waits for what it expects.
     *
     * @param routeId where messages go that say nothing else
     * @return what came out
     * @throws UnplayableException if something cannot be sent to these routes
     */
    List<Arrival> play(TestCase test, String routeId) throws UnplayableException, InterruptedException {
        HttpSide http = new HttpSide(inlets, arrivals);
        long end = System.nanoTime() + test.within().toNanos();
        for (Sent sent : test.send()) {
            if (sent instanceof Sent.Publish publish) {
                demandSubscriber(publish);
                broker.publish(publish);
            } else if (sent instanceof Sent.Request request) {
                broker.run(() -> http.request(request));
            } else {
                broker.run(() -> plain(sent, routeId));
            }
            arrivals.await(came -> isStill(), end);
        }
        boolean done = arrivals.await(
                came -> isStill()
                        && Comparison.relevant(test.expect(), came).size()
                                >= test.expect().size(),
                end);
        if (arrivals.isFull()) {
            throw new UnplayableException(
                    "more than " + Arrivals.MOST + " messages came out: the routes feed themselves");
        }
        if (!done && underWay.get() > 0) {
            arrivals.add(Arrival.text(
                    Arrival.ERROR, "a message is still under way after " + text(test.within()) + " (within)"));
        }
        return arrivals.all();
    }

    private void demandSubscriber(Sent.Publish publish) throws UnplayableException {
        if (publish.remote() && !broker.hasBridges()) {
            throw new UnplayableException("'from: remote' is for bridges, and no loaded route is one");
        }
        if (!broker.hasSubscribers()) {
            throw new UnplayableException("'topic' is for routes that begin with paho-mqtt5: or are a bridge;"
                    + " into this one, which begins with " + inlets.get(0).address()
                    + ", send a payload and headers only");
        }
    }

    private void plain(Sent sent, String routeId) {
        Inlet inlet = inlets.stream()
                .filter(each -> each.routeId().equals(routeId))
                .findFirst()
                .orElseThrow();
        Exchange exchange = inlet.exchange();
        exchange.getMessage().getHeaders().putAll(sent.headers());
        exchange.getMessage().setBody(sent.payload());
        inlet.take(exchange);
    }

    private boolean isStill() {
        boolean quiet = underWay.get() == 0 && context.getInflightRepository().size() == 0;
        boolean queued = false;
        boolean hasQueues = false;
        for (var endpoint : context.getEndpoints()) {
            if (endpoint instanceof SedaEndpoint seda) {
                hasQueues = true;
                queued |= seda.getCurrentQueueSize() > 0;
            }
        }
        still = quiet && !queued ? still + 1 : 0;
        return still >= (hasQueues ? STILL_LOOKS : 1);
    }

    private static String text(Duration duration) {
        return duration.toMillis() % 1_000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }

    @Override
    public void close() throws Exception {
        broker.close();
        context.close();
    }
}
