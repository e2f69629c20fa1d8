package dev.caravan.cli;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedContext;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What both versions of MQTT share: transport, reconnecting, closing. Thread-safe. */
final class LinkLifecycle {

    private static final long LONGEST_PAUSE_SECONDS = 16;
    static final int CLOSE_SECONDS = 3;

    private final Session session;
    private final MqttLink.Events events;
    private volatile boolean wasConnected;
    private volatile boolean closing;

    LinkLifecycle(Session session, MqttLink.Events events) {
        this.session = session;
        this.events = events;
    }

    MqttClientBuilder builder(Broker broker) {
        MqttClientBuilder builder = MqttClient.builder()
                .serverHost(broker.host())
                .serverPort(broker.port())
                .addConnectedListener(context -> connected())
                .addDisconnectedListener(this::disconnected);
        if (!session.clientId().isEmpty()) {
            builder = builder.identifier(session.clientId());
        }
        if (broker.tls()) {
            builder = builder.sslConfig(MqttClientSslConfig.builder()
                    .trustManagerFactory(broker.trust())
                    .build());
        }
        return builder;
    }

    private void connected() {
        wasConnected = true;
        if (!closing) {
            events.connected();
        }
    }

    private void disconnected(MqttClientDisconnectedContext context) {
        if (!wasConnected || closing || context.getSource() == MqttDisconnectSource.USER) {
            return;
        }
        events.lost(LinkFailure.text(context.getCause()));
        if (session.reconnects()) {
            int attempts = context.getReconnector().getAttempts();
            long pause = attempts > 4 ? LONGEST_PAUSE_SECONDS : 1L << attempts;
            context.getReconnector()
                    .reconnect(true)
                    .resubscribeIfSessionExpired(true)
                    .republishIfSessionExpired(true)
                    .delay(pause, TimeUnit.SECONDS);
        }
    }

    /** From here on a lost connection is nobody's concern. */
    void closing() {
        closing = true;
    }

    /** Waits for one of the last steps, which may fail: there is no connection, or the broker has gone. */
    static void await(CompletableFuture<?> step, int seconds) {
        try {
            step.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // It is over either way.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
