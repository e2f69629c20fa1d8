package dev.caravan.routetest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.caravan.csv.CsvLogComponent;
import dev.caravan.mqtt.MqttMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** Notes what the real endpoint would send or write, and does neither. Fails where the real one would refuse. */
final class NotingProducer extends DefaultProducer {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StandIn endpoint;

    NotingProducer(StandIn endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        String address = endpoint.address();
        switch (Address.scheme(address)) {
            case "paho-mqtt5" -> {
                MqttMessage message = MqttMessage.published(endpoint.original(), exchange);
                endpoint.arrivals().add(Arrival.published(address, message, copy(exchange)));
                endpoint.broker().published(message, endpoint.original());
            }
            case "csv-log" ->
                endpoint.arrivals().add(Arrival.text(address, CsvLogComponent.row(endpoint.original(), exchange)));
            default -> endpoint.arrivals().add(any(address, exchange));
        }
    }

    /** What went to an endpoint that we know nothing about. */
    static Arrival any(String address, Exchange exchange) {
        Message message = exchange.getMessage();
        return new Arrival(
                address,
                message.getHeader("CamelMqttTopic", "", String.class),
                payload(message),
                message.getHeader("CamelMqttQoS", -1, Integer.class),
                message.getHeader("CamelMqttRetained", false, Boolean.class),
                0,
                "",
                copy(exchange));
    }

    private static Map<String, Object> copy(Exchange exchange) {
        return new HashMap<>(exchange.getMessage().getHeaders());
    }

    private static byte[] payload(Message message) {
        Object body = message.getBody();
        if (body instanceof Map || body instanceof List) {
            try {
                return JSON.writeValueAsBytes(body);
            } catch (JsonProcessingException e) {
                // Holds what has no JSON; its text says what it is.
            }
        }
        byte[] bytes = message.getBody(byte[].class);
        return bytes == null ? new byte[0] : bytes;
    }
}
