package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import dev.caravan.testkit.BrokerScript.Answer;
import dev.caravan.testkit.BrokerScript.Kind;
import dev.caravan.testkit.FaultProxy;
import dev.caravan.testkit.ScriptedBroker;
import dev.caravan.testkit.ScriptedBroker.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@link Suspicion} at work: a message that breaks connections, and connections that break by themselves. */
class SuspicionIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    private static final int MESSAGES = 500;
    private static final Logger LOG = LoggerFactory.getLogger(SuspicionIT.class);

    private final ScriptedBroker broker = new ScriptedBroker();
    private final FaultProxy proxy = new FaultProxy(broker.port());
    private final Routes routes = new Routes();

    /** The failure of each exchange that is done, or "" where it went well. */
    private final Map<Integer, String> done = Collections.synchronizedMap(new TreeMap<>());

    @AfterEach
    void stop() {
        routes.close();
        proxy.close();
        broker.close();
    }

    /** Publishes the numbers from 1, without waiting for one to be taken; those named go to the topic "poison". */
    private void publishAll(List<Integer> poison) throws Exception {
        routes.add(new RouteBuilder() {
                    @Override
                    public void configure() {
                        errorHandler(noErrorHandler());
                        from("direct:in")
                                .to("paho-mqtt5:good?qos=1&maxReconnectDelay=200&brokerUrl=tcp://127.0.0.1:"
                                        + proxy.port());
                    }
                })
                .start();
        Endpoint in = routes.context.getEndpoint("direct:in");
        AsyncProducer producer = in.createAsyncProducer();
        producer.start();
        for (int i = 1; i <= MESSAGES; i++) {
            int number = i;
            Exchange exchange = in.createExchange();
            exchange.getMessage().setBody(Integer.toString(number));
            if (poison.contains(number)) {
                exchange.getMessage().setHeader(MqttHeaders.OVERRIDE_TOPIC, "poison");
            }
            producer.process(exchange, doneSync -> {
                Exception failure = exchange.getException();
                done.put(number, failure == null ? "" : failure.toString());
            });
        }
    }

    private List<Integer> taken() {
        return broker.taken().stream()
                .map(Message::payload)
                .map(Integer::parseInt)
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, MESSAGES - Suspicion.CONFIRMATIONS})
    void failsTheMessageThatTheRemoteHangsUpOn(int poison) throws Exception {
        broker.script().closeOn("poison");

        publishAll(List.of(poison));

        await().atMost(LIMIT).until(() -> done.size() == MESSAGES);
        assertThat(done.remove(poison)).contains("poison").contains("closed the connection");
        assertThat(done.values()).containsOnly("");
        assertThat(taken())
                .isEqualTo(IntStream.rangeClosed(1, MESSAGES)
                        .filter(number -> number != poison)
                        .boxed()
                        .toList());
    }

    @Test
    void failsTwoInARow() throws Exception {
        broker.script().closeOn("poison");

        publishAll(List.of(10, 300));

        await().atMost(LIMIT.multipliedBy(2)).until(() -> done.size() == MESSAGES);
        assertThat(done.remove(10)).contains("poison");
        assertThat(done.remove(300)).contains("poison");
        assertThat(done.values()).containsOnly("");
        assertThat(taken()).hasSize(MESSAGES - 2).isSorted();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void blamesNoMessageForALinkThatDropsAtEach(int rounds) throws Exception {
        AtomicInteger left = new AtomicInteger(rounds);
        broker.script().onPublish(message -> {
            if (left.getAndDecrement() <= 0) {
                return Answer.ok();
            }
            proxy.cut();
            // Nor may the broker take what is behind it in the same read.
            return Answer.of(Kind.CLOSE);
        });

        publishAll(List.of());

        await().atMost(LIMIT).until(() -> done.size() == MESSAGES);
        assertThat(done.values()).containsOnly("");
        assertThat(taken()).hasSize(MESSAGES).isSorted();
        assertThat(broker.attempts()).hasSizeLessThanOrEqualTo(rounds + 2);
    }

    /** With the pauses of production: {@link Backoff} is not shortened. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void getsPastAMessageWhoseTopicAllShareInHalfAMinute(boolean withProbe) {
        broker.script().onPublish(message -> message.payload().equals("1") ? Answer.of(Kind.CLOSE) : Answer.ok());
        routes.start();
        Instant begun = Instant.now();

        try (MqttConnection connection = connect(withProbe ? message("state", "0") : null, Duration.ofSeconds(128))) {
            publishAll(connection);
            await().atMost(HALF_A_MINUTE).until(() -> done.size() == MESSAGES);
        }

        LOG.atInfo()
                .addKeyValue("probe", withProbe)
                .addKeyValue("millis", Duration.between(begun, Instant.now()).toMillis())
                .log("got past the message at fault");
        assertThat(done.remove(1)).contains("closed the connection");
        assertThat(done.values()).containsOnly("");
        assertThat(taken().stream().filter(number -> number > 0))
                .hasSize(MESSAGES - 1)
                .isSorted();
        assertThat(taken().contains(0)).isEqualTo(withProbe);
    }

    /** The link recovers for the probe alone. */
    @ParameterizedTest
    @ValueSource(ints = {1, 5, 6, 11, 16, 25})
    void keepsOrderWithAProbeOnALinkThatDropsAtEach(int rounds) {
        AtomicInteger publishes = new AtomicInteger();
        broker.script().onPublish(message -> {
            int count = publishes.incrementAndGet();
            return count <= rounds || count == rounds + 2 ? Answer.of(Kind.CLOSE) : Answer.ok();
        });
        routes.start();

        try (MqttConnection connection = connect(message("state", "0"), Duration.ofMillis(200))) {
            publishAll(connection);
            await().atMost(LIMIT).until(() -> done.size() == MESSAGES);
        }

        assertThat(done.values()).containsOnly("");
        assertThat(taken().stream().filter(number -> number > 0))
                .hasSize(MESSAGES)
                .isSorted();
    }

    private void publishAll(MqttConnection connection) {
        for (int i = 1; i <= MESSAGES; i++) {
            int number = i;
            connection.publish(
                    message("good", Integer.toString(number)),
                    failure -> done.put(number, failure == null ? "" : failure.toString()));
        }
    }

    private MqttConnection connect(@Nullable Mqtt5Publish probe, Duration maxReconnectDelay) {
        return routes.component.connect(
                new MqttConnection.Options(
                        "test",
                        List.of("tcp://127.0.0.1:" + proxy.port()),
                        false,
                        "5",
                        "suspicious",
                        "",
                        "",
                        60,
                        maxReconnectDelay,
                        20,
                        null,
                        null,
                        null,
                        List.of(),
                        0,
                        probe),
                new Deaf());
    }

    private static Mqtt5Publish message(String topic, String payload) {
        return Mqtt5Publish.builder()
                .topic(topic)
                .payload(payload.getBytes(StandardCharsets.UTF_8))
                .qos(MqttQos.AT_LEAST_ONCE)
                .build();
    }

    private static final class Deaf implements MqttConnection.Listener {

        @Override
        public void connected(MqttConnection from, Map<String, String> userProperties) {}

        @Override
        public void disconnected() {}

        @Override
        public void arrived(Mqtt5Publish message, Runnable acknowledge) {
            acknowledge.run();
        }
    }
}
