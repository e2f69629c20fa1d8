package dev.caravan.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the message of an exchange; the exchange goes on once the broker has acknowledged it. What follows in the
 * route runs on the connection's thread. Producers of one endpoint share a {@link Publisher}.
 */
final class MqttProducer extends DefaultAsyncProducer {

    private final MqttEndpoint endpoint;
    private volatile @Nullable Publisher publisher;

    MqttProducer(MqttEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        publisher = endpoint.acquirePublisher();
    }

    @Override
    protected void doStop() throws Exception {
        if (publisher != null) {
            publisher = null;
            endpoint.releasePublisher();
        }
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Mqtt5Publish message;
        long timeoutMillis;
        try {
            timeoutMillis = timeoutMillis(exchange);
            message = ExchangeMapping.write(exchange, endpoint.getTopic(), endpoint.getConfiguration());
        } catch (Exception e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        Publisher current = publisher;
        if (current == null) {
            exchange.setException(Failures.stopped());
            callback.done(true);
            return true;
        }
        current.publish(message, timeoutMillis, failure -> {
            if (failure != null) {
                exchange.setException(failure);
            }
            callback.done(false);
        });
        return false;
    }

    private long timeoutMillis(Exchange exchange) {
        String given = exchange.getMessage().getHeader(MqttHeaders.PUBLISH_TIMEOUT, String.class);
        try {
            return given == null ? endpoint.publishTimeoutMillis() : TimeUtils.toMilliSeconds(given);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "header " + MqttHeaders.PUBLISH_TIMEOUT + " must be a duration such as 10s, was '" + given + "'",
                    e);
        }
    }
}
