package dev.caravan.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Component;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for an MQTT broker and its component: what is published comes back to every consumer at once. As with a real
 * client, one thread serves the whole connection and runs what follows a publish in its route.
 */
final class LoopbackMqtt extends DefaultComponent {

    /** What a route published: the headers it sent and the body. */
    record Sent(Map<String, Object> headers, byte[] body) {
        String topic() {
            return (String) Objects.requireNonNull(headers.get("CamelPahoMqtt5OverrideTopic"));
        }

        @SuppressWarnings("unchecked")
        List<Map.Entry<String, String>> userProperties() {
            return (List<Map.Entry<String, String>>) Objects.requireNonNull(headers.get("CamelMqttUserProperties"));
        }
    }

    final List<Sent> sent = new CopyOnWriteArrayList<>();
    private final List<Processor> consumers = new CopyOnWriteArrayList<>();
    volatile boolean reachable = true;
    volatile Predicate<String> delivers = topic -> true;
    private @Nullable ExecutorService connection;

    /** A message of some other MQTT client. */
    void publish(
            String topic,
            byte[] payload,
            boolean retained,
            @Nullable String contentType,
            Map<String, String> properties)
            throws Exception {
        for (Processor consumer : consumers) {
            Exchange exchange = getCamelContext().getEndpoint("paho-mqtt5:#").createExchange();
            exchange.getMessage().setBody(payload);
            exchange.getMessage().setHeader("CamelMqttTopic", topic);
            exchange.getMessage().setHeader("CamelMqttQoS", 1);
            exchange.getMessage().setHeader("CamelMqttRetained", retained);
            if (contentType != null) {
                exchange.getMessage().setHeader("CamelMqttContentType", contentType);
            }
            exchange.getMessage().setHeader("CamelMqttUserProperties", new ArrayList<>(properties.entrySet()));
            consumer.process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
        }
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        connection = getCamelContext().getExecutorServiceManager().newSingleThreadExecutor(this, "mqtt");
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        parameters.clear();
        return new LoopbackEndpoint(uri, this);
    }

    private final class LoopbackEndpoint extends DefaultEndpoint {

        LoopbackEndpoint(String uri, Component component) {
            super(uri, component);
        }

        @Override
        public Producer createProducer() {
            return new DefaultAsyncProducer(this) {
                @Override
                public boolean process(Exchange exchange, AsyncCallback callback) {
                    Objects.requireNonNull(connection).execute(() -> {
                        try {
                            send(exchange);
                        } catch (Exception e) {
                            exchange.setException(e);
                        }
                        callback.done(false);
                    });
                    return false;
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            return new DefaultConsumer(this, processor) {
                @Override
                protected void doStart() {
                    consumers.add(processor);
                }

                @Override
                protected void doStop() {
                    consumers.remove(processor);
                }
            };
        }
    }

    private void send(Exchange exchange) throws Exception {
        if (!reachable) {
            throw new TimeoutException("secret-broker-url:1883 did not answer");
        }
        Sent message = new Sent(
                Map.copyOf(exchange.getMessage().getHeaders()),
                exchange.getMessage().getBody(byte[].class));
        sent.add(message);
        if (delivers.test(message.topic())) {
            Map<String, String> properties = new LinkedHashMap<>();
            message.userProperties().forEach(e -> properties.put(e.getKey(), e.getValue()));
            publish(
                    message.topic(),
                    message.body(),
                    false,
                    (String) message.headers().get("CamelMqttContentType"),
                    properties);
        }
    }
}
