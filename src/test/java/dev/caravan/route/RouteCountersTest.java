package dev.caravan.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RouteCountersTest {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final RouteCounters counters = new RouteCounters();

    @BeforeEach
    void start() {
        context.addRoutePolicyFactory(counters);
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void countsWhatFailedAndWhatTheErrorHandlerTookCareOf() throws Exception {
        add(new RouteBuilder() {
            @Override
            public void configure() {
                onException(IllegalStateException.class).handled(true).log("handled");
                from("direct:a")
                        .routeId("a")
                        .routeDescription("Counts {{camel.name:nothing}}.")
                        .choice()
                        .when(body().isEqualTo("fail"))
                        .throwException(new IllegalArgumentException("fails"))
                        .when(body().isEqualTo("dead letter"))
                        .throwException(new IllegalStateException("handled"))
                        .when(body().isEqualTo("caught"))
                        .doTry()
                        .throwException(new IllegalStateException("caught"))
                        .doCatch(IllegalStateException.class)
                        .log("caught")
                        .end();
            }
        });

        for (String body : new String[] {"fine", "fail", "dead letter", "caught", "fine"}) {
            send("a", body);
        }

        assertThat(counters.state(context, "a")).isEqualTo(new RouteState("a", "Counts nothing.", 5, 2, 0));
    }

    @Test
    void countsOnWhenARouteIsReplacedAndForgetsOneThatIsGone() throws Exception {
        add(passing("a"));
        send("a", "x");
        replace("a");
        send("a", "x");
        counters.retain(Set.of("a", "b"));
        assertThat(counters.state(context, "a").exchanges()).isEqualTo(2);

        counters.retain(Set.of("b"));
        replace("a");
        send("a", "x");
        assertThat(counters.state(context, "a").exchanges()).isEqualTo(1);
    }

    @Test
    void knowsWhatIsInFlight() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        add(new RouteBuilder() {
            @Override
            public void configure() {
                from("seda:a").routeId("a").process(exchange -> go.await());
            }
        });
        context.createProducerTemplate().sendBody("seda:a", "x");

        await().until(() -> counters.state(context, "a").inFlight() == 1);
        assertThat(counters.state(context, "a").exchanges()).isZero();
        go.countDown();
        await().until(() -> counters.state(context, "a").equals(new RouteState("a", "", 1, 0, 0)));
    }

    private void replace(String id) throws Exception {
        context.getRouteController().stopRoute(id);
        context.removeRoute(id);
        add(passing(id));
    }

    private void add(RouteBuilder routes) throws Exception {
        context.addRoutes(routes);
    }

    private static RouteBuilder passing(String id) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + id).routeId(id).log("passes");
            }
        };
    }

    private void send(String id, String body) throws Exception {
        try (FluentProducerTemplate template = context.createFluentProducerTemplate()) {
            template.to("direct:" + id).withBody(body).send();
        }
    }
}
