package dev.caravan.bridge;

import dev.caravan.mqtt.MqttHeaders;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a bridge as long as its route runs, and gives the route what the bridge cannot deliver. */
final class BridgeConsumer extends DefaultConsumer implements DeadLetterChannel {

    private static final Logger log = LoggerFactory.getLogger(BridgeConsumer.class);

    private final BridgeEndpoint endpoint;
    private volatile @Nullable MqttBridge bridge;
    private volatile @Nullable Instant offSince;

    BridgeConsumer(BridgeEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        BridgeSettings settings = endpoint.settings();
        endpoint.component().register(settings.name(), this);
        try {
            if (settings.addresses().isEmpty()) {
                endpoint.component().hold(settings);
                offSince = Instant.now();
                log.atInfo().addKeyValue("bridge", settings.name()).log("bridge is off: it has no address");
            } else {
                bridge = endpoint.component().open(settings, this);
            }
        } catch (IllegalArgumentException e) {
            endpoint.component().forget(settings.name(), this);
            // Without the cause: of a chain only the last message is shown, and that need not name the file.
            throw new IllegalArgumentException("bridge '" + settings.name() + "': " + e.getMessage());
        } catch (RuntimeException e) {
            endpoint.component().forget(settings.name(), this);
            throw e;
        }
    }

    @Override
    protected void doStop() throws Exception {
        endpoint.component().forget(endpoint.settings().name(), this);
        MqttBridge last = bridge;
        if (last != null) {
            bridge = null;
            last.close();
        }
        super.doStop();
    }

    /** Empty until what is published here enters its queue: a bridge that is seen loses nothing. */
    Optional<BridgeState> state() {
        MqttBridge running = bridge;
        Instant since = offSince;
        return running != null
                ? Optional.of(running.state())
                : Optional.ofNullable(since).map(this::off);
    }

    private BridgeState off(Instant since) {
        BridgeSettings settings = endpoint.settings();
        return new BridgeState(
                settings.name(), "", settings.clientId(), false, since, null, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, false);
    }

    @Override
    public void keep(BridgeMessage message, Exception reason, Runnable acknowledge) {
        try {
            // Read now: behind the acknowledgement of another copy it may be gone.
            byte[] payload = message.payload();
            endpoint.component().execute(() -> route(message.topic(), payload, reason, acknowledge));
        } catch (RejectedExecutionException e) {
            log.atDebug().setCause(e).log("stopping: the message stays where it is");
        } catch (RuntimeException e) {
            log.atError()
                    .addKeyValue("bridge", endpoint.settings().name())
                    .addKeyValue("topic", message.topic())
                    .setCause(e)
                    .log("message cannot be read, it stays where it is");
        }
    }

    private void route(String topic, byte[] payload, Exception reason, Runnable acknowledge) {
        Exchange exchange = createExchange(false);
        exchange.getMessage().setBody(payload);
        exchange.getMessage().setHeader(MqttHeaders.TOPIC, topic);
        exchange.setProperty(Exchange.EXCEPTION_CAUGHT, reason);
        try {
            getProcessor().process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        Exception failure = exchange.getException();
        releaseExchange(exchange, false);
        if (failure == null) {
            acknowledge.run();
        } else {
            // Not acknowledged, so it is not lost: it comes again when the bridge starts.
            getExceptionHandler()
                    .handleException("Message on topic '" + topic + "' is not in the dead-letter file", failure);
        }
    }
}
