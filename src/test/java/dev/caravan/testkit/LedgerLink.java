package dev.caravan.testkit;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientBuilder;
import com.hivemq.client.mqtt.MqttClientExecutorConfig;
import io.reactivex.schedulers.Schedulers;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a ledger's client with QoS 1, never used again after its end: what the client library resends by
 * itself after a reconnect cannot be trusted to be in order.
 */
interface LedgerLink {

    /** Hears what happens to a link, on the link's thread. */
    interface Listener {

        void connected(LedgerLink link, boolean sessionPresent, int receiveMaximum);

        /** The message is acknowledged when this returns. */
        void arrived(String payload);

        /** Exactly once, also where no connection came about. */
        void ended(LedgerLink link, @Nullable Throwable cause);
    }

    /**
     * Where to connect, and how.
     *
     * @param durable whether the session outlives the connection
     */
    record Target(int port, boolean mqtt3, String clientId, int keepAlive, boolean durable) {

        LedgerLink open(Listener listener) {
            return mqtt3 ? new LedgerLink3(this, listener) : new LedgerLink5(this, listener);
        }

        MqttClientBuilder builder() {
            return MqttClient.builder()
                    .identifier(clientId)
                    .serverHost("127.0.0.1")
                    .serverPort(port)
                    .executorConfig(MqttClientExecutorConfig.builder()
                            .nettyExecutor(task -> {
                                Thread own = new Thread(task, "ledger-" + clientId);
                                own.setDaemon(true);
                                own.start();
                            })
                            .nettyThreads(1)
                            .applicationScheduler(Schedulers.trampoline())
                            .build());
        }
    }

    /** Thrown to a publisher whose broker answered, and the answer was no. */
    final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String reason) {
            super(reason);
        }
    }

    void subscribe(String filter, Consumer<@Nullable Throwable> done);

    /** @param done gets null once acknowledged, {@link Refused}, or why it is not known */
    void publish(String topic, byte[] payload, Consumer<@Nullable Throwable> done);

    void close();
}
