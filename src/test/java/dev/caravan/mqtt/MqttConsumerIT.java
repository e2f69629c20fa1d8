package dev.caravan.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MqttConsumerIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path data;

    private TestBroker broker = new TestBroker(null);
    private final Routes routes = new Routes();

    @AfterEach
    void stop() {
        routes.close();
        broker.close();
    }

    private String durable(String topic) {
        return "paho-mqtt5:" + topic + "?brokerUrl=" + broker.url()
                + "&clientId=durable&qos=1&cleanStart=false&maxReconnectDelay=300";
    }

    private void persist() {
        broker.close();
        broker = new TestBroker(data);
    }

    @ParameterizedTest
    @CsvSource({"0,5", "1,5", "2,5", "0,3.1.1", "1,3.1.1", "2,3.1.1"})
    void consumesEveryQos(int qos, String version) {
        routes.collect("paho-mqtt5:a/b?brokerUrl=" + broker.url() + "&qos=" + qos + "&mqttVersion=" + version)
                .start();
        await().atMost(LIMIT).until(routes::connected);
        Mqtt5BlockingClient client = broker.client("other");

        client.publishWith()
                .topic("a/b")
                .qos(MqttQos.EXACTLY_ONCE)
                .payload("x".getBytes(StandardCharsets.UTF_8))
                .send();

        await().atMost(LIMIT).until(() -> routes.texts().equals(List.of("x")));
        Message message = routes.seen.get(0).getMessage();
        assertThat(message.getHeaders())
                .containsEntry(MqttHeaders.TOPIC, "a/b")
                .containsEntry(MqttHeaders.QOS, qos)
                .containsEntry(MqttHeaders.RETAINED, false);
        client.disconnect();
    }

    @Test
    void holdsTheBrokerBackWhereTheRouteIsSlowerThanQos0() {
        int count = 30_000;
        Held held = new Held();
        routes.add(held.route("paho-mqtt5:q0?brokerUrl=" + broker.url() + "&qos=0"));
        routes.start();
        await().atMost(LIMIT).until(routes::connected);
        Mqtt5BlockingClient client = broker.client("other");
        for (int i = 0; i < count; i++) {
            client.publishWith()
                    .topic("q0")
                    .qos(MqttQos.AT_MOST_ONCE)
                    .payload(Integer.toString(i).getBytes(StandardCharsets.UTF_8))
                    .send();
        }
        held.open();

        await().atMost(LIMIT).until(() -> held.texts.size() >= count);
        assertThat(held.texts).containsExactlyElementsOf(numbers(0, count - 1));
        client.disconnect();
    }

    @Test
    void readsThePropertiesOfMqtt5() {
        routes.collect("paho-mqtt5:a?brokerUrl=" + broker.url() + "&qos=1").start();
        await().atMost(LIMIT).until(routes::connected);
        Mqtt5BlockingClient client = broker.client("other");

        client.publishWith()
                .topic("a")
                .qos(MqttQos.AT_LEAST_ONCE)
                .retain(true)
                .contentType("text/plain")
                .responseTopic("re/ply")
                .correlationData(new byte[] {1, 2})
                .messageExpiryInterval(500)
                .payloadFormatIndicator(com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PayloadFormatIndicator.UTF_8)
                .userProperties()
                .add("CamelFileName", "/etc/passwd")
                .add("k", "1")
                .add("k", "2")
                .applyUserProperties()
                .send();

        await().atMost(LIMIT).until(() -> routes.seen.size() == 1);
        Map<String, Object> headers = routes.seen.get(0).getMessage().getHeaders();
        assertThat(headers)
                .containsEntry(MqttHeaders.RETAINED, true)
                .containsEntry(MqttHeaders.CONTENT_TYPE, "text/plain")
                .containsEntry(MqttHeaders.RESPONSE_TOPIC, "re/ply")
                .containsEntry(MqttHeaders.CORRELATION_DATA, new byte[] {1, 2})
                .containsEntry(MqttHeaders.PAYLOAD_FORMAT_INDICATOR, 1)
                .containsEntry(
                        MqttHeaders.USER_PROPERTIES,
                        List.of(Map.entry("CamelFileName", "/etc/passwd"), Map.entry("k", "1"), Map.entry("k", "2")))
                .doesNotContainKeys("CamelFileName", "k");
        assertThat((Long) headers.get(MqttHeaders.MESSAGE_EXPIRY_INTERVAL)).isBetween(400L, 500L);
        client.disconnect();
    }

    @ParameterizedTest
    @CsvSource({"a/+/c", "a/#", "#", "$share/group/a/+/c", "+/+/+"})
    void takesTopicFilters(String filter) {
        routes.collect("paho-mqtt5:" + filter + "?brokerUrl=" + broker.url() + "&qos=1")
                .start();
        await().atMost(LIMIT).until(routes::connected);

        broker.publish("a/b/c", 1, 1);

        await().atMost(LIMIT).until(() -> routes.texts().equals(List.of("1")));
    }

    @Test
    void givesUpAfterARestartWhatTheRouteNamedBefore(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("sessions.properties");
        try (Routes before = new Routes()) {
            before.component.setSessionFile(file);
            before.collect(durable("old/#")).start();
            await().atMost(LIMIT).until(before::connected);
        }
        try (Routes after = new Routes()) {
            after.component.setSessionFile(file);
            after.collect(durable("new/#")).start();
            await().atMost(LIMIT).until(() -> broker.queues().stream().noneMatch(queue -> queue.contains("old")));
        }
        assertThat(broker.queues()).anyMatch(queue -> queue.contains("new"));
    }

    @ParameterizedTest
    @CsvSource({"5,old/+/data,new/+/data", "3.1.1,old/+/data,new/+/data", "5,$share/g/old/#,$share/g/new/#"})
    void givesTheOldFilterUpWhenTheRouteHasAnother(String version, String before, String after) throws Exception {
        String options = "&mqttVersion=" + version;
        routes.collect(durable(before) + options).start();
        await().atMost(LIMIT).until(routes::connected);
        routes.remove("collect");
        broker.publish("old/1/data", 1, 10);

        routes.collect(durable(after) + options);
        await().atMost(LIMIT).until(routes::connected);
        broker.publish("new/1/data", 11, 20);

        await().atMost(LIMIT).until(() -> routes.seen.size() >= 10);
        assertThat(routes.texts()).isEqualTo(numbers(11, 20));
        await().atMost(LIMIT).until(() -> broker.queues().stream().noneMatch(queue -> queue.contains("old")));
    }

    @Test
    void losesNothingWhenTheRouteIsReplacedWithTheSameFilter() throws Exception {
        routes.collect(durable("a/#")).start();
        await().atMost(LIMIT).until(routes::connected);
        routes.remove("collect");
        broker.publish("a/b", 1, 100);

        routes.collect(durable("a/#") + "&receiveMaximum=10");

        await().atMost(LIMIT).until(() -> routes.seen.size() >= 100);
        assertThat(routes.texts()).isEqualTo(numbers(1, 100));
    }

    @Test
    void skipsWhatComesByAFilterOfAnEarlierRun() {
        try (Routes earlier = new Routes()) {
            earlier.collect(durable("old")).start();
            await().atMost(LIMIT).until(earlier::connected);
        }
        broker.publish("old", 1, 300);

        routes.collect(durable("new")).start();
        await().atMost(LIMIT).until(routes::connected);
        broker.publish("new", 301, 310);

        await().atMost(LIMIT).until(() -> routes.seen.size() >= 10);
        assertThat(routes.texts()).isEqualTo(numbers(301, 310));
    }

    @Test
    void losesNothingThatWaitsAtStart() throws Exception {
        routes.collect(durable("queue")).start();
        await().atMost(LIMIT).until(routes::connected);
        routes.context.getRouteController().stopRoute("collect");
        broker.publish("queue", 1, 300);

        routes.context.getRouteController().startRoute("collect");

        await().atMost(LIMIT).until(() -> routes.seen.size() >= 300);
        assertThat(routes.texts()).isEqualTo(numbers(1, 300));
    }

    @Test
    void resumesWithMessagesWaiting() {
        persist();
        routes.collect(durable("queue")).start();
        await().atMost(LIMIT).until(routes::connected);
        broker.stop();
        await().atMost(LIMIT).until(() -> !routes.connected());
        broker.whileOutOfReach(() -> broker.publish("queue", 1, 200));

        broker.start();

        await().atMost(LIMIT).until(() -> routes.seen.size() >= 200);
        assertThat(routes.texts()).doesNotHaveDuplicates().hasSize(200);
    }

    @Test
    void suspendsAndResumes() throws Exception {
        routes.collect(durable("queue")).start();
        await().atMost(LIMIT).until(routes::connected);

        routes.context.getRouteController().suspendRoute("collect");
        broker.publish("queue", 1, 20);
        await().atMost(LIMIT).until(() -> !routes.connected());
        assertThat(routes.seen).isEmpty();
        routes.context.getRouteController().resumeRoute("collect");

        await().atMost(LIMIT).until(() -> routes.texts().equals(numbers(1, 20)));
    }

    @Test
    void acknowledgesOnlyWhatIsComplete() throws Exception {
        Held held = new Held();
        routes.add(held.route(durable("queue"))).start();
        await().atMost(LIMIT).until(routes::connected);
        broker.publish("queue", 1, 3);
        await().atMost(LIMIT).until(() -> held.callbacks.size() == 3);
        held.callbacks.remove().done(false); // the first of three

        routes.context.getRouteController().stopRoute("held");
        held.callbacks.clear();
        held.texts.clear();
        routes.context.getRouteController().startRoute("held");

        await().atMost(LIMIT).until(() -> List.copyOf(held.texts).equals(List.of("2", "3")));
    }

    @Test
    void acknowledgesRedeliveredMessagesAfterAReconnect() throws Exception {
        persist();
        Held held = new Held();
        routes.add(held.route(durable("queue") + "&receiveMaximum=10")).start();
        await().atMost(LIMIT).until(routes::connected);
        broker.publish("queue", 1, 30);
        await().atMost(LIMIT).until(() -> held.callbacks.size() == 10);

        broker.stop();
        broker.start();
        await().atMost(LIMIT).until(routes::connected);
        held.open();

        await().atMost(LIMIT).until(() -> held.texts.stream().distinct().count() == 30);
        await().atMost(LIMIT).until(() -> {
            int before = held.texts.size();
            routes.context.getRouteController().stopRoute("held");
            routes.context.getRouteController().startRoute("held");
            await().atMost(LIMIT).until(routes::connected);
            broker.publish("queue", 31, 31);
            await().atMost(LIMIT).until(() -> held.texts.size() > before);
            return List.copyOf(held.texts).get(before).equals("31");
        });
    }

    @Test
    void goesOnAfterAPoisonMessage() {
        routes.add(new RouteBuilder() {
                    @Override
                    public void configure() {
                        errorHandler(noErrorHandler());
                        from(durable("queue") + "&receiveMaximum=1").process(exchange -> {
                            if (exchange.getMessage().getBody(String.class).equals("1")) {
                                throw new IllegalStateException("poison");
                            }
                            routes.seen.add(exchange);
                        });
                    }
                })
                .start();
        await().atMost(LIMIT).until(routes::connected);

        broker.publish("queue", 1, 3);

        await().atMost(LIMIT).until(() -> routes.texts().equals(List.of("2", "3")));
    }

    @Test
    void saysThatASubscriptionIsRefused() {
        routes.collect("paho-mqtt5:forbidden/x?brokerUrl=" + broker.url() + "&qos=1")
                .start();

        await().atMost(LIMIT).untilAsserted(() -> {
            ConnectionState state = routes.component.connections().get(0);
            assertThat(state.connected()).isFalse();
            assertThat(state.lastError()).startsWith("subscription refused: forbidden/x: NOT_AUTHORIZED");
            assertThat(state.name()).isEqualTo("collect: in forbidden/x");
        });
    }

    @Test
    void saysThatTheUserIsRefused() {
        routes.collect("paho-mqtt5:x?brokerUrl=" + broker.url() + "&userName=wrong&password=secret")
                .start();

        await().atMost(LIMIT).untilAsserted(() -> assertThat(
                        routes.component.connections().get(0).lastError())
                .contains("refused")
                .doesNotContain("secret"));
    }

    @Test
    void waitsForABrokerThatIsDown() {
        broker.stop();
        routes.collect(durable("queue")).start();
        await().atMost(LIMIT).until(() -> routes.component.connections().get(0).lastError() != null);

        broker.start();

        await().atMost(LIMIT).until(routes::connected);
        broker.publish("queue", 1, 1);
        await().atMost(LIMIT).until(() -> routes.texts().equals(List.of("1")));
    }

    @ParameterizedTest
    @CsvSource({"tcp,", "ws,/mqtt"})
    void carriesAMegabyte(String scheme, String path) {
        routes.collect("paho-mqtt5:big?qos=1&brokerUrl=" + scheme + "://127.0.0.1:" + broker.port()
                        + (path == null ? "" : path))
                .start();
        await().atMost(LIMIT).until(routes::connected);
        byte[] payload = new byte[1024 * 1024];
        payload[payload.length - 1] = 7;
        Mqtt5BlockingClient client = broker.client("other");

        client.publishWith()
                .topic("big")
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(payload)
                .send();

        await().atMost(LIMIT).until(() -> routes.seen.size() == 1);
        assertThat(routes.seen.get(0).getMessage().getBody(byte[].class)).isEqualTo(payload);
        client.disconnect();
    }

    static List<String> numbers(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
    }

    /** A route whose exchanges end when the test says so. */
    private static final class Held {
        final Queue<AsyncCallback> callbacks = new ConcurrentLinkedQueue<>();
        final Queue<String> texts = new ConcurrentLinkedQueue<>();
        private volatile boolean open;

        /** From now on nothing is held. */
        void open() {
            open = true;
            for (AsyncCallback next = callbacks.poll(); next != null; next = callbacks.poll()) {
                next.done(false);
            }
        }

        RouteBuilder route(String uri) {
            AsyncProcessor hold = new AsyncProcessorSupport() {
                @Override
                public boolean process(Exchange exchange, AsyncCallback callback) {
                    texts.add(exchange.getMessage().getBody(String.class));
                    if (open) {
                        callback.done(true);
                        return true;
                    }
                    callbacks.add(callback);
                    if (open && callbacks.remove(callback)) {
                        // Opened meanwhile, and perhaps too late to be seen there.
                        callback.done(false);
                    }
                    return false;
                }
            };
            return new RouteBuilder() {
                @Override
                public void configure() {
                    from(uri).routeId("held").process(hold);
                }
            };
        }
    }
}
