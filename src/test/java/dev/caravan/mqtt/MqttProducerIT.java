package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MqttProducerIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final TestBroker broker = new TestBroker(null);
    private final Routes routes = new Routes();

    @AfterEach
    void stop() {
        routes.close();
        broker.close();
    }

    private String uri(String topic) {
        return "paho-mqtt5:" + topic + "?brokerUrl=" + broker.url() + "&maxReconnectDelay=300";
    }

    private ProducerTemplate template(String uri) {
        routes.add(new RouteBuilder() {
                    @Override
                    public void configure() {
                        errorHandler(noErrorHandler());
                        from("direct:in").to(uri);
                    }
                })
                .start();
        return routes.context.createProducerTemplate();
    }

    private static Exception failure(Exchange exchange) {
        return exchange.getException();
    }

    @ParameterizedTest
    @CsvSource({"0,5", "1,5", "2,5", "0,3.1.1", "1,3.1.1", "2,3.1.1"})
    void publishesWithEveryQos(int qos, String version) {
        List<Mqtt5Publish> heard = broker.listen("a");
        ProducerTemplate template = template(uri("a") + "&qos=" + qos + "&mqttVersion=" + version);
        await().atMost(LIMIT).until(routes::connected);

        template.sendBody("direct:in", "x");

        await().atMost(LIMIT).until(() -> heard.size() == 1);
        assertThat(TestBroker.text(heard.get(0))).isEqualTo("x");
        assertThat(heard.get(0).getQos().getCode()).isEqualTo(qos);
    }

    @Test
    void sendsWhatTheHeadersSayAndNothingElse() {
        List<Mqtt5Publish> heard = broker.listen("other/topic");
        ProducerTemplate template = template(uri("a") + "&qos=1");
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put(MqttHeaders.OVERRIDE_TOPIC, "other/topic");
        headers.put(MqttHeaders.PUBLISH_QOS, 2);
        headers.put(MqttHeaders.PUBLISH_RETAINED, true);
        headers.put(MqttHeaders.TOPIC, "where/it/came/from");
        headers.put(MqttHeaders.CONTENT_TYPE, "text/plain");
        headers.put(MqttHeaders.RESPONSE_TOPIC, "re/ply");
        headers.put(MqttHeaders.CORRELATION_DATA, new byte[] {9});
        headers.put(MqttHeaders.MESSAGE_EXPIRY_INTERVAL, 300L);
        headers.put(MqttHeaders.PAYLOAD_FORMAT_INDICATOR, 1);
        headers.put(MqttHeaders.USER_PROPERTIES, List.of(Map.entry("k", "1"), Map.entry("k", "2")));
        headers.put("authorization", "secret");

        template.sendBodyAndHeaders("direct:in", null, headers);

        await().atMost(LIMIT).until(() -> heard.size() == 1);
        Mqtt5Publish message = heard.get(0);
        assertThat(message.getTopic()).hasToString("other/topic");
        assertThat(message.getQos()).isEqualTo(MqttQos.EXACTLY_ONCE);
        assertThat(message.isRetain()).isTrue();
        assertThat(message.getPayloadAsBytes()).isEmpty();
        assertThat(message.getContentType()).hasToString("Optional[text/plain]");
        assertThat(message.getResponseTopic()).hasToString("Optional[re/ply]");
        assertThat(message.getCorrelationData()).isPresent();
        assertThat(message.getMessageExpiryInterval().getAsLong()).isBetween(200L, 300L);
        assertThat(message.getPayloadFormatIndicator()).isPresent();
        assertThat(message.getUserProperties().asList()).hasToString("[(k, 1), (k, 2)]");
    }

    @ParameterizedTest
    @CsvSource({"a/+", "#", "''"})
    void refusesTopicsThatAreNone(String topic) {
        ProducerTemplate template = template(uri("a") + "&qos=1");

        Exchange exchange =
                template.send("direct:in", e -> e.getMessage().setHeader(MqttHeaders.OVERRIDE_TOPIC, topic));

        assertThat(failure(exchange))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("topic must");
    }

    @Test
    void failsWithTheBrokersReason() {
        ProducerTemplate template = template(uri("forbidden/x") + "&qos=1");

        Exchange exchange = template.send("direct:in", e -> e.getMessage().setBody("x"));

        assertThat(failure(exchange)).isInstanceOfSatisfying(MqttPublishException.class, e -> {
            assertThat(e.topic()).isEqualTo("forbidden/x");
            assertThat(e.reasonCode()).isEqualTo(0x87);
        });
    }

    @Test
    void failsQos0WithoutAConnection() {
        broker.stop();
        ProducerTemplate template = template(uri("a") + "&qos=0");

        Exchange exchange = template.send("direct:in", e -> e.getMessage().setBody("x"));

        assertThat(failure(exchange)).isInstanceOf(MqttPublishException.class).hasMessageContaining("not connected");
    }

    @Test
    void failsAfterTheTimeoutThatTheUriNames() {
        broker.stop();
        ProducerTemplate template = template(uri("a") + "&qos=1&publishTimeout=300");

        Exchange exchange = template.send("direct:in", e -> e.getMessage().setBody("x"));

        assertThat(failure(exchange))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("'a'")
                .hasMessageContaining(broker.url());
    }

    @Test
    void failsAfterTheTimeoutThatTheMessageNames() {
        broker.stop();
        ProducerTemplate template = template(uri("a") + "&qos=1");
        CompletableFuture<Exchange> patient =
                template.asyncSend("direct:in", e -> e.getMessage().setBody("x"));

        Exchange exchange = template.send("direct:in", e -> {
            e.getMessage().setHeader("CamelMqttPublishTimeout", "300");
            e.getMessage().setBody("y");
        });

        assertThat(failure(exchange)).isInstanceOf(TimeoutException.class).hasMessageContaining("'a'");
        assertThat(patient).isNotDone();
    }

    @Test
    void refusesATimeoutThatIsNone() {
        ProducerTemplate template = template(uri("a") + "&qos=1");

        Exchange exchange = template.send("direct:in", e -> {
            e.getMessage().setHeader("CamelMqttPublishTimeout", "soon");
            e.getMessage().setBody("x");
        });

        assertThat(failure(exchange))
                .hasMessage("header CamelMqttPublishTimeout must be a duration such as 10s, was 'soon'");
    }

    @Test
    void failsBehindAFullWindowOnly() {
        broker.stop();
        routes.component.setPublishTimeout(Duration.ofMillis(200));
        ProducerTemplate template = template(uri("a") + "&qos=1");
        List<CompletableFuture<Exchange>> all = new ArrayList<>();
        for (int i = 0; i <= MqttEndpoint.PRODUCER_WINDOW; i++) {
            all.add(template.asyncSend("direct:in", e -> e.getMessage().setBody("x")));
        }

        await().atMost(LIMIT).until(() -> all.stream().anyMatch(CompletableFuture::isDone));

        assertThat(all.stream().filter(CompletableFuture::isDone))
                .singleElement()
                .satisfies(one -> assertThat(failure(one.join())).isInstanceOf(TimeoutException.class));
    }

    @Test
    void publishesOnceTheBrokerIsThere() throws Exception {
        broker.stop();
        ProducerTemplate template = template(uri("a") + "&qos=1&retained=true");
        CompletableFuture<Exchange> sent =
                template.asyncSend("direct:in", e -> e.getMessage().setBody("x"));
        await().atMost(LIMIT).until(() -> routes.component.connections().get(0).lastError() != null);

        broker.start();

        assertThat(failure(sent.get(60, TimeUnit.SECONDS))).isNull();
        List<Mqtt5Publish> heard = broker.listen("a");
        await().atMost(LIMIT).until(() -> heard.size() == 1);
    }

    @ParameterizedTest
    @CsvSource({"1,5", "2,5", "1,3.1.1"})
    void keepsOrderAcrossALostBroker(int qos, String version) throws Exception {
        int enough = 1_000;
        List<Mqtt5Publish> before = broker.listen("a");
        template(uri("a") + "&qos=" + qos + "&mqttVersion=" + version);
        await().atMost(LIMIT).until(routes::connected);
        Queue<Exchange> done = new ConcurrentLinkedQueue<>();
        Endpoint in = routes.context.getEndpoint("direct:in");
        AsyncProducer producer = in.createAsyncProducer();
        producer.start();
        Semaphore window = new Semaphore(150);
        AtomicInteger last = new AtomicInteger();
        AtomicBoolean ends = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            while (!ends.get()) {
                Exchange exchange = in.createExchange();
                exchange.getMessage().setBody(Integer.toString(last.incrementAndGet()));
                window.acquireUninterruptibly();
                producer.process(exchange, doneSync -> {
                    done.add(exchange);
                    window.release();
                });
            }
        });
        caller.start();
        await().pollInterval(Duration.ofMillis(5)).atMost(LIMIT).until(() -> before.size() >= enough);

        broker.stop();
        List<Integer> heardBefore = distinct(before);
        broker.start();
        List<Mqtt5Publish> after = broker.listen("a");
        await().atMost(LIMIT).until(() -> after.size() >= enough);
        ends.set(true);
        caller.join();
        await().atMost(LIMIT).until(() -> done.size() == last.get());

        assertThat(done).allSatisfy(exchange -> assertThat(failure(exchange)).isNull());
        await().atMost(LIMIT).until(() -> distinct(after).contains(last.get()));
        assertThat(heardBefore).isSorted();
        assertThat(distinct(after)).isSorted();
    }

    private static List<Integer> distinct(List<Mqtt5Publish> messages) {
        synchronized (messages) {
            return messages.stream()
                    .map(message -> Integer.parseInt(TestBroker.text(message)))
                    .distinct()
                    .toList();
        }
    }

    @Test
    void bridgesInOrder() throws Exception {
        List<Mqtt5Publish> heard = broker.listen("out");
        routes.add(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(uri("in") + "&qos=1").to(uri("out") + "&qos=1");
                    }
                })
                .start();
        await().atMost(LIMIT).until(routes::connected);

        broker.publish("in", 1, 1_000);

        await().atMost(LIMIT).until(() -> heard.size() >= 1_000);
        assertThat(heard.stream().map(TestBroker::text)).isEqualTo(MqttConsumerIT.numbers(1, 1_000));
    }

    @Test
    void refusesAClientIdTwice() {
        routes.add(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri("in") + "&clientId=same").to(uri("out") + "&clientId=same");
            }
        });

        assertThatThrownBy(routes::start)
                .hasStackTraceContaining("clientId same at 127.0.0.1")
                .hasStackTraceContaining("out out")
                .hasStackTraceContaining("in in");
    }
}
