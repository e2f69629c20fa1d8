package dev.caravan.route;

import static dev.caravan.route.EditedRoutes.answering;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A route that counts 1,000 messages a second while another file is saved; {@code EditsUnderLoadIT} saves its own. */
class EditsUnderLoadTest {

    private static final String COUNTER = """
            - route:
                id: counter
                description: Version %d.
                from:
                  uri: seda:numbers?size=100000
                  steps:
                    - to: direct:counted
            """;

    private static final String FEED = """
            - route:
                id: feed
                description: Feeds the counter.
                from:
                  uri: direct:feed
                  steps:
                    - to: seda:numbers?size=100000
            """;

    @TempDir
    Path home;

    private final List<Integer> counted = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger sent = new AtomicInteger();
    private final ScheduledExecutorService feeder = Executors.newSingleThreadScheduledExecutor();
    private EditedRoutes routes;

    @BeforeEach
    void start() throws Exception {
        routes = new EditedRoutes(home)
                .write("counter", COUNTER.formatted(0))
                .write("feed", FEED)
                .write("other", answering("other", "0"));
        routes.context().addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:counted").process(e -> counted.add(e.getMessage().getBody(Integer.class)));
            }
        });
        routes.start();
        ProducerTemplate template = routes.context().createProducerTemplate();
        feeder.scheduleAtFixedRate(
                () -> template.sendBody("direct:feed", sent.getAndIncrement()), 0, 1, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void stop() {
        feeder.shutdownNow();
        routes.close();
    }

    @Test
    void losesAndRepeatsNothingWhileAnotherFileIsSavedAHundredTimes() throws Exception {
        Object counter = routes.running("counter");
        for (int i = 1; i <= 100; i++) {
            String answer = Integer.toString(i);
            String text = answering("other", answer);
            switch (i % 5) {
                case 0 -> routes.save("other", text.replace("setBody", "setBodi"));
                case 1 -> routes.save("other", text.substring(0, text.length() / 2));
                default -> {
                    routes.save("other", text);
                    assertThat(routes.ask("other")).isEqualTo(answer);
                }
            }
        }

        assertThat(routes.running("counter")).isSameAs(counter);
        expectAllInOrder();
    }

    private void expectAllInOrder() throws InterruptedException {
        int least = sent.get() + 100;
        await().until(() -> counted.size() >= least);
        feeder.shutdown();
        assertThat(feeder.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        await().until(() -> counted.size() >= sent.get());
        assertThat(counted).isEqualTo(IntStream.range(0, sent.get()).boxed().toList());
    }
}
