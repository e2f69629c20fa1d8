package dev.caravan.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import com.hivemq.client.mqtt.MqttClientTransportConfig;
import com.hivemq.client.mqtt.MqttVersion;
import com.hivemq.client.mqtt.MqttWebSocketConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.reactivex.schedulers.Schedulers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.camel.component.paho.mqtt5.PahoMqtt5Configuration;
import org.jspecify.annotations.Nullable;

/**
 * What the links of one connection have in common.
 *
 * @param addresses tried in turn
 * @param subscriptions what to subscribe to on each connection, none for a producer
 * @param cleanStart whether the first connection begins with a new session
 * @param sessionExpiry seconds, 0 to {@link #MAX_SESSION_EXPIRY}
 * @param tls what an encrypted connection trusts and shows
 * @param credentials asked for at each connect, so that a changed password needs no restart
 * @param origin how to ask the broker where messages are from, null where it cannot tell
 * @param roundRobin whether a lost connection is followed by the next address; otherwise the first is tried first
 */
record ClientOptions(
        MqttVersion version,
        List<BrokerAddress> addresses,
        String clientId,
        List<Subscription> subscriptions,
        boolean cleanStart,
        long sessionExpiry,
        Tls tls,
        Supplier<Credentials> credentials,
        @Nullable Origin origin,
        boolean roundRobin,
        PahoMqtt5Configuration configuration) {

    /** Artemis counts in int milliseconds; anything longer expires at once. */
    static final long MAX_SESSION_EXPIRY = 2_147_483;

    /** How long a durable session outlives its client unless the URI says otherwise, in seconds. */
    static final long DEFAULT_SESSION_EXPIRY = 24 * 60 * 60;

    /** MQTT's own limit of unacknowledged messages. */
    static final int MAX_RECEIVE_MAXIMUM = 65_535;

    /** @param noLocal whether the broker keeps back what this client publishes (MQTT 5.0, 3.8.3.1) */
    record Subscription(String topicFilter, MqttQos qos, boolean noLocal) {}

    ClientOptions {
        addresses = List.copyOf(addresses);
        subscriptions = List.copyOf(subscriptions);
    }

    Link link(BrokerAddress address, boolean firstOfSession, int receiveMaximum, Link.Listener listener) {
        return version == MqttVersion.MQTT_3_1_1
                ? new Mqtt3Link(this, address, listener)
                : new Mqtt5Link(
                        this, address, firstOfSession ? cleanStart : sessionExpiry == 0, receiveMaximum, listener);
    }

    int willQos() {
        return configuration.getWillQos();
    }

    /**
     * The part that does not depend on the version. Each link has its own event loop: a route that blocks holds up no
     * other connection, and whatever a dead session has scheduled goes with it. Results are seen on that thread.
     */
    MqttClientBuilder builder(BrokerAddress address) {
        String thread = "mqtt-" + clientId;
        var transport = MqttClientTransportConfig.builder()
                .serverHost(address.host())
                .serverPort(address.port())
                .socketConnectTimeout(configuration.getConnectionTimeout(), TimeUnit.SECONDS)
                .mqttConnectTimeout(configuration.getConnectionTimeout(), TimeUnit.SECONDS);
        if (address.tls()) {
            transport = transport.sslConfig(tls.read());
        }
        if (address.webSocket()) {
            Map<String, String> headers = configuration.getCustomWebSocketHeaders();
            var webSocket = MqttWebSocketConfig.builder()
                    .serverPath(address.path())
                    .httpHeaders(headers == null ? Map.of() : headers);
            String query = address.query();
            transport = transport.webSocketConfig(
                    query == null
                            ? webSocket.build()
                            : webSocket.queryString(query).build());
        }
        return MqttClient.builder()
                .identifier(clientId)
                .transportConfig(transport.build())
                .executorConfig(MqttClientExecutorConfig.builder()
                        .nettyExecutor(task -> {
                            Thread own = new Thread(task, thread);
                            own.setDaemon(true);
                            own.start();
                        })
                        .nettyThreads(1)
                        .applicationScheduler(Schedulers.trampoline())
                        .build());
    }
}
