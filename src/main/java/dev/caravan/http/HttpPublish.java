package dev.caravan.http;

import dev.caravan.export.MessageJson;
import dev.caravan.export.Moment;
import dev.caravan.store.MessageStore;
import dev.caravan.store.StoredMessage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code httpPublish} of the route {@code http-publish-message}: {@link #accept} before the message goes to the
 * broker, {@link #answer} after the broker took it, {@link #refuse} where either failed. Thread-safe.
 */
public final class HttpPublish {

    private static final Logger LOG = LoggerFactory.getLogger(HttpPublish.class);

    /** The route publishes for 10 s at most; a message that the history has not seen long after will not come. */
    private static final Duration FORGET_AFTER = Duration.ofSeconds(30);

    private static final Duration HISTORY_LIMIT = Duration.ofSeconds(1);
    private static final long WARN_EVERY_NANOS = Duration.ofSeconds(10).toNanos();
    private static final String SENT = "caravan-publish-sent";

    private final MessageStore store;
    private final BrokerLimits limits;
    private final InstantSource clock;
    private final AtomicLong nextWarning = new AtomicLong(System.nanoTime());

    public HttpPublish(MessageStore store, BrokerLimits limits, InstantSource clock) {
        this.store = store;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * Turns the request into the MQTT message to publish. Headers of the request are dropped, all of them: none may
     * steer the steps that follow.
     *
     * @throws RequestException naming the broken rule
     */
    public void accept(Exchange exchange) {
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        message.removeHeaders("*");
        PublishRequest request = PublishRequest.parse(body == null ? new byte[0] : body);
        if (limits.reserved().test(request.topic().value())) {
            throw RequestException.badRequest(
                    "topic must not contain ::, begin with activemq/ or activemq., or have more than 200 levels:"
                            + " the broker refuses such topics");
        }

        String id = UUID.randomUUID().toString();
        if (request.packetBytes(id) > limits.maxPacketBytes()) {
            throw new RequestException(
                    413,
                    "topic, payload and publisher must fit an MQTT packet of " + limits.maxPacketBytes()
                            + " bytes (mqtt.max-packet-size)");
        }
        exchange.setProperty(SENT, new Sent(request.topic().value(), store.whenKept(id, FORGET_AFTER)));
        message.setBody(request.payload());
        message.setHeader(MqttHeaders.PUBLISH_TOPIC, request.topic().value());
        message.setHeader(MqttHeaders.PUBLISH_QOS, request.qos());
        message.setHeader(MqttHeaders.PUBLISH_RETAINED, request.retain());
        message.setHeader(
                MqttHeaders.USER_PROPERTIES,
                List.of(Map.entry(MqttHeaders.PUBLISHER, request.publisher()), Map.entry(MqttHeaders.ID, id)));
        if (request.json()) {
            message.setHeader(MqttHeaders.CONTENT_TYPE, JsonAnswer.MEDIA_TYPE);
        }
    }

    /**
     * Answers once the history shows the message, so that whoever publishes and then reads finds it, with the
     * timestamp that reading gives. Where the history does not take this topic, answers after one second with the time
     * at which the broker took the message.
     *
     * <p>Does not block: it runs on the thread of the MQTT connection, for which all other publishers wait.
     *
     * @return completes when the exchange has its answer; Camel goes on with the route then
     */
    public CompletionStage<Void> answer(Exchange exchange) {
        Sent sent = exchange.getProperty(SENT, Sent.class);
        if (sent == null) {
            throw new IllegalStateException("httpPublish.answer needs httpPublish.accept before it");
        }
        long taken = Moment.micros(clock.instant());
        return sent.kept
                .thenApply(StoredMessage::timestamp)
                .completeOnTimeout(taken, HISTORY_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(forgotten -> taken)
                .thenAccept(timestamp -> {
                    sent.kept.cancel(false);
                    JsonAnswer.answer(exchange, 200, json -> {
                        json.writeBooleanField("success", true);
                        json.writeStringField("topic", sent.topic);
                        MessageJson.writeTimestamp(json, timestamp);
                    });
                });
    }

    /** Answers a request that failed: its own fault with 400, otherwise the broker's with 503. */
    public void refuse(Exchange exchange) {
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        Sent sent = exchange.getProperty(SENT, Sent.class);
        if (sent != null) {
            sent.kept.cancel(false);
        }
        RequestException refused = requestException(cause);
        if (refused != null) {
            JsonAnswer.error(exchange, refused.status(), refused.text());
            return;
        }
        warn(cause);
        if (sent == null) {
            JsonAnswer.error(exchange, 500, "Internal error, see the log");
        } else {
            JsonAnswer.error(exchange, 503, "The MQTT broker did not take the message; see the log for the reason");
        }
    }

    private static @Nullable RequestException requestException(@Nullable Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof RequestException refused) {
                return refused;
            }
        }
        return null;
    }

    /** A broker that is away fails every request: one line in ten seconds says so. */
    private void warn(@Nullable Exception cause) {
        long now = System.nanoTime();
        long next = nextWarning.get();
        if (now - next >= 0 && nextWarning.compareAndSet(next, now + WARN_EVERY_NANOS)) {
            LOG.atWarn().addKeyValue("cause", String.valueOf(cause)).log("A message from HTTP was not published");
        }
    }

    private record Sent(String topic, CompletableFuture<StoredMessage> kept) {}
}
